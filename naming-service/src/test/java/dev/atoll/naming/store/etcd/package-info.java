/** The store on etcd, against a real one. */
@NullMarked
package dev.atoll.naming.store.etcd;

import org.jspecify.annotations.NullMarked;
