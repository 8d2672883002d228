/** How a service writes its log. */
@NullMarked
package dev.atoll.runtime.logging;

import org.jspecify.annotations.NullMarked;
