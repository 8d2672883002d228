/** What the services have in common, alone. */
@NullMarked
package dev.atoll.naming.serving;

import org.jspecify.annotations.NullMarked;
