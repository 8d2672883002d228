/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.naming.store.etcd;

import org.jspecify.annotations.NullMarked;
