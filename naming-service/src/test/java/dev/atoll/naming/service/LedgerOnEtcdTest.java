package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.testing.RequiresEtcd;

/** Ledger on a real etcd. */
@RequiresEtcd
final class LedgerOnEtcdTest extends LedgerContract {
    @Override
    protected Store open() {
        return SharedEtcd.openEmpty();
    }
}
