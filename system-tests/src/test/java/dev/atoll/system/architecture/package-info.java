/** The rules of the house, and the offenders that prove each of them can fail. */
@NullMarked
package dev.atoll.system.architecture;

import org.jspecify.annotations.NullMarked;
