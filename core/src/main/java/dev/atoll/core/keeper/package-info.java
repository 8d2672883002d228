/** Where the blobs of files that have names are kept. */
@NullMarked
package dev.atoll.core.keeper;

import org.jspecify.annotations.NullMarked;
