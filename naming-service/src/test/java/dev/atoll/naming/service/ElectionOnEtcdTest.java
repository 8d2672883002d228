package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.testing.RequiresEtcd;

/** Election on a real etcd. */
@RequiresEtcd
final class ElectionOnEtcdTest extends ElectionContract {
    @Override
    protected Store open() {
        return SharedEtcd.openEmpty();
    }
}
