/** The store on etcd. The only package that knows etcd. */
@NullMarked
package dev.atoll.naming.store.etcd;

import org.jspecify.annotations.NullMarked;
