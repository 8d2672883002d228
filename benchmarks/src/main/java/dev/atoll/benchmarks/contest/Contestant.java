package dev.atoll.benchmarks.contest;

import java.util.List;

/**
 * A system with three workers on this machine, seen from its client. Each method returns when all
 * results are in this process; one that the system has nothing for throws
 * UnsupportedOperationException.
 */
public interface Contestant extends AutoCloseable {
    /**
     * How many tasks a client has on their way at most, where it is the client that keeps count.
     */
    int WINDOW = 10_000;

    /** How many bytes of results may be on their way at most, likewise. */
    int WINDOW_BYTES = 64 << 20;

    /** How many tasks each of the three workers runs at once. */
    int SLOTS = 2;

    /** Version, way of use and what is durable, in one line. */
    String about();

    /** Runs empty functions. */
    default void tasks(int count) throws Exception {
        throw new UnsupportedOperationException("no functions");
    }

    /** Runs /bin/true as often, each time in a task of its own. */
    default void processes(int count) throws Exception {
        throw new UnsupportedOperationException("no processes");
    }

    /** Runs functions that sleep, six of them at once. */
    default void pauses(int count, int millis) throws Exception {
        throw new UnsupportedOperationException("no functions");
    }

    /** Gathers results of so many bytes each. */
    default void results(int count, int bytes) throws Exception {
        throw new UnsupportedOperationException("no results");
    }

    /** Runs /bin/true on the cluster by one command, as from a shell. */
    default void command() throws Exception {
        throw new UnsupportedOperationException("no command");
    }

    /** The processes of the system, this one left out. */
    default List<Long> processIds() {
        return ProcessHandle.current().descendants().map(ProcessHandle::pid).toList();
    }

    @Override
    void close();
}
