package dev.atoll.simulation;

import java.util.List;

/** What can break. */
enum Fault {
    CRASH_MASTER,
    PAUSE_MASTER,
    /** A master's machine sleeps, and its monotonic clock with it. */
    SUSPEND_MASTER,
    /** The store ends the leader's lease before its time. */
    DEPOSE_MASTER,
    CRASH_NAMING,
    PAUSE_NAMING,
    CRASH_STORE,
    PAUSE_STORE,
    /** Nobody reaches the store, perhaps for long. */
    STORE_OUTAGE,
    SLOW_STORE_DISK,
    /** Something among masters, naming service and store stops, one way or both. */
    PARTITION_CENTRE,
    WALL_CLOCK_JUMP,
    CRASH_WORKER,
    PAUSE_WORKER,
    CUT_SESSION,
    /** Anything stops, one way or both. */
    PARTITION,
    BAD_DISK,
    /** Everything fails at once on a worker. */
    BLACK_HOLE,
    SLOW_WORKER,
    DRAIN_WORKER;

    /** Those that touch no worker, and nothing between a worker and whoever leads. */
    static List<Fault> ofTheCentre() {
        return List.of(
                CRASH_MASTER,
                PAUSE_MASTER,
                CRASH_NAMING,
                PAUSE_NAMING,
                CRASH_STORE,
                PAUSE_STORE,
                STORE_OUTAGE,
                SLOW_STORE_DISK,
                PARTITION_CENTRE,
                WALL_CLOCK_JUMP);
    }

    /** Those that leave a leader the belief in a lease that is over: only the fence helps. */
    boolean deceivesLeaders() {
        return this == SUSPEND_MASTER || this == DEPOSE_MASTER;
    }
}
