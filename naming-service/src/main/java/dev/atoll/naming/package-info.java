/** The naming service: who is here, who leads, what is called what, what was promised. */
@NullMarked
package dev.atoll.naming;

import org.jspecify.annotations.NullMarked;
