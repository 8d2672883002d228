/** Tests of the whole: real processes, real etcd, real kills, and the rules of the architecture. */
@NullMarked
package dev.atoll.system;

import org.jspecify.annotations.NullMarked;
