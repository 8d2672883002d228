package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.testing.RequiresEtcd;

/** Membership on a real etcd. */
@RequiresEtcd
final class MembershipOnEtcdTest extends MembershipContract {
    @Override
    protected Store open() {
        return SharedEtcd.openEmpty();
    }
}
