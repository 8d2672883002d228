package dev.atoll.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The servers of a system, in the order of their start. */
final class Servers implements AutoCloseable {
    static final int WORKERS = 3;

    private static final long WAIT_NANOS = 120_000_000_000L;
    private static final int POLL_MILLIS = 50;

    private final List<Server> servers = new ArrayList<>();

    void add(Server server) {
        servers.add(server);
    }

    /** Waits until all have found each other. */
    static void await(String what, BooleanSupplier reached) throws Exception {
        long begin = System.nanoTime();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - begin > WAIT_NANOS) {
                throw new TimeoutException("no " + what);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() {
        for (int i = servers.size() - 1; i >= 0; i--) {
            servers.get(i).close();
        }
    }
}
