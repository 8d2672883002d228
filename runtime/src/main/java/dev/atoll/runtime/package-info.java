/** What every Atoll process is made of. */
@NullMarked
package dev.atoll.runtime;

import org.jspecify.annotations.NullMarked;
