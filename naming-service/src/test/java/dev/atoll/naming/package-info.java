/** The naming service as its callers see it. */
@NullMarked
package dev.atoll.naming;

import org.jspecify.annotations.NullMarked;
