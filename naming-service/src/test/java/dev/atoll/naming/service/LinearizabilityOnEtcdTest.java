package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.testing.RequiresEtcd;

/** Linearizability on a real etcd. */
@RequiresEtcd
final class LinearizabilityOnEtcdTest extends LinearizabilityContract {
    @Override
    protected Store open() {
        return SharedEtcd.openEmpty();
    }
}
