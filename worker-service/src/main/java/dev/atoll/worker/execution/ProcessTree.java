package dev.atoll.worker.execution;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Kills everything that a launch has started, wherever it has gone. */
final class ProcessTree {
    /* A process can leave its group, its session and its parents, but not all three traces at once
     * without also changing the environment it was started with: so whoever is in the session, has an
     * ancestor there, or carries the marker is found. A process that forks while the table is read
     * may slip through one reading; hence reading goes on until it finds nothing. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private final ProcessTable table;

    ProcessTree(ProcessTable table) {
        this.table = table;
    }

    /**
     * Kills what is in the session, descends from it, or carries the marker. Blocks until it is
     * dead.
     *
     * @return whether nothing is left; false after five seconds of trying
     */
    boolean kill(long session, Marker marker) {
        return killUntilNoneIsLeft(
                entry -> entry.session() == session || marker.isIn(table.environment(entry.pid())));
    }

    /**
     * Kills what carries a marker that starts so, and its descendants. Blocks until it is dead.
     *
     * @return whether nothing is left; false after five seconds of trying
     */
    boolean killMarked(String markerPrefix) {
        return killUntilNoneIsLeft(
                entry -> Marker.startsIn(table.environment(entry.pid()), markerPrefix));
    }

    /**
     * Kills a process and its descendants. Blocks until they are dead.
     *
     * @return whether nothing is left; false after five seconds of trying
     */
    boolean killDescendants(long pid) {
        return killUntilNoneIsLeft(entry -> entry.pid() == pid);
    }

    private boolean killUntilNoneIsLeft(Predicate<ProcessTable.Entry> isRoot) {
        long start = System.nanoTime();
        List<ProcessTable.Entry> victims = victims(isRoot);
        while (!victims.isEmpty()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                return false;
            }
            for (ProcessTable.Entry victim : victims) {
                ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            victims = victims(isRoot);
        }
        return true;
    }

    private List<ProcessTable.Entry> victims(Predicate<ProcessTable.Entry> isRoot) {
        long self = ProcessHandle.current().pid();
        List<ProcessTable.Entry> living =
                table.entries().stream()
                        .filter(entry -> entry.lives() && entry.pid() != self)
                        .toList();
        Set<Long> found = new HashSet<>();
        List<ProcessTable.Entry> victims = new ArrayList<>();
        for (ProcessTable.Entry entry : living) {
            if (isRoot.test(entry)) {
                found.add(entry.pid());
                victims.add(entry);
            }
        }
        addDescendants(living, found, victims);
        return victims;
    }

    private static void addDescendants(
            List<ProcessTable.Entry> living, Set<Long> found, List<ProcessTable.Entry> victims) {
        boolean grew = !found.isEmpty();
        while (grew) {
            grew = false;
            for (ProcessTable.Entry entry : living) {
                if (found.contains(entry.parent()) && found.add(entry.pid())) {
                    victims.add(entry);
                    grew = true;
                }
            }
        }
    }
}
