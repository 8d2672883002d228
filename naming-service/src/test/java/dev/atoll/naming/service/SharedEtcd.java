package dev.atoll.naming.service;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.etcd.EtcdStore;
import dev.atoll.naming.testing.EtcdServer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One etcd for all tests of this package, with a root of its own for each store. */
final class SharedEtcd {
    private static final AtomicInteger ROOTS = new AtomicInteger();
    private static @Nullable EtcdServer etcd;

    private SharedEtcd() {}

    static synchronized Store openEmpty() {
        if (etcd == null) {
            EtcdServer started = EtcdServer.start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            etcd = started;
        }
        String root = "/service" + ROOTS.incrementAndGet();
        return new EtcdStore(etcd.endpoints(), root, Duration.ofSeconds(10));
    }
}
