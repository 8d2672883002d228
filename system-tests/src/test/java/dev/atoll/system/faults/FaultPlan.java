package dev.atoll.system.faults;

import dev.atoll.system.faults.Fault.Kind;
import dev.atoll.system.faults.Fault.Victim;
import dev.atoll.system.faults.Network.Cut;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which faults happen, one after the other: as a seed says. */
final class FaultPlan {
    private final Random random;
    private final boolean isLong;
    private final String only;
    private final List<Fault> next = new ArrayList<>();

    /**
     * @param random where all chance comes from
     * @param isLong whether faults may last for half a minute
     * @param only the one kind that happens, such as "kill leader"; "" for all
     */
    FaultPlan(Random random, boolean isLong, String only) {
        this.random = random;
        this.isLong = isLong;
        this.only = only;
    }

    /** How many kinds of faults there are; each comes once in so many. */
    static int kindCount() {
        return Kind.values().length * Victim.values().length;
    }

    /** The next fault. */
    Fault next() {
        if (next.isEmpty()) {
            for (Kind kind : Kind.values()) {
                for (Victim victim : Victim.values()) {
                    next.add(new Fault(kind, victim, cut(), length(kind, victim)));
                }
            }
            if (!only.isEmpty()) {
                next.removeIf(fault -> !fault.name().endsWith(only));
            }
            if (next.isEmpty()) {
                throw new IllegalArgumentException("no fault is called " + only);
            }
            Collections.shuffle(next, random);
        }
        return next.removeLast();
    }

    private Cut cut() {
        return List.copyOf(Cut.ALL).get(random.nextInt(Cut.ALL.size()));
    }

    private Duration length(Kind kind, Victim victim) {
        if (kind == Kind.KILL) {
            return between(0, 2_000);
        }
        if (isLong && random.nextInt(3) == 0) {
            return between(2_000, 30_000);
        }
        // For long enough that another leads when a leader is back, and that leases end.
        return switch (victim) {
            case LEADER, ALL_NAMING, ALL_ETCD -> between(4_000, 6_000);
            case STANDBY, WORKER, NAMING, ETCD -> between(500, 2_000);
        };
    }

    private Duration between(int millisMin, int millisMax) {
        return Duration.ofMillis(millisMin + random.nextInt(millisMax - millisMin + 1));
    }
}
