package dev.atoll.naming.service;

import dev.atoll.naming.NamingServer;
import dev.atoll.naming.store.Store;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.metrics.Metrics;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A naming service on an empty store, for each test; and which store, a subclass says. */
abstract class NamingServiceContract {
    private Metrics metrics;
    private NamingServer server;

    /** What the test calls the service with. */
    protected NamingCaller caller;

    /** Opens an empty store. */
    protected abstract Store open() throws Exception;

    @BeforeEach
    void startServer() throws Exception {
        metrics = new Metrics();
        server =
                NamingServer.start(HostAndPort.anyLoopbackPort(), Security.none(), open(), metrics);
        caller = new NamingCaller(server.address());
    }

    @AfterEach
    void stopServer() {
        caller.close();
        server.close();
        metrics.close();
    }

    /** What the process has counted. */
    protected String scrape() {
        return metrics.scrape();
    }
}
