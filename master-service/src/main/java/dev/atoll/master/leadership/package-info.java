/** How a master comes to lead, what it recovers, and how it stops. */
@NullMarked
package dev.atoll.master.leadership;

import org.jspecify.annotations.NullMarked;
