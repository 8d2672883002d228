package dev.atoll.naming.store.etcd;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreLifetimeContract;
import dev.atoll.naming.testing.EtcdServer;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The store on a real etcd keeps the contract. */
@RequiresEtcd
final class EtcdStoreTest extends StoreLifetimeContract {
    private static final AtomicInteger ROOTS = new AtomicInteger();

    private static EtcdServer etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdServer.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Override
    protected Store open() {
        // A root for each test: empty, and a test of its own that stores do not see each other.
        String root = "/test" + ROOTS.incrementAndGet();
        return new EtcdStore(etcd.endpoints(), root, Duration.ofSeconds(10));
    }
}
