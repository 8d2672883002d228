package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.testing.RequiresEtcd;

/** Names on a real etcd. */
@RequiresEtcd
final class NamesOnEtcdTest extends NamesContract {
    @Override
    protected Store open() {
        return SharedEtcd.openEmpty();
    }
}
