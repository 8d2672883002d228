package dev.atoll.system.faults;

import dev.atoll.system.faults.Network.Cut;

import java.time.Duration;
import java.util.Locale;

/**
 * Something that happens to a process.
 *
 * @param kind what
 * @param victim to whom
 * @param cut how it is cut off, where that is what happens
 * @param length how long it lasts; for one that is killed, until it is started again
 */
record Fault(Kind kind, Victim victim, Cut cut, Duration length) {
    /** Shorter than any patience of the master: who is back by then has lost nothing. */
    private static final Duration SHORT = Duration.ofMillis(2_500);

    /** What can happen. */
    enum Kind {
        /** It is killed, and started again. */
        KILL,
        /** It is stopped in the middle of whatever it does, and goes on. */
        FREEZE,
        /** Nobody reaches it. */
        CUT
    }

    /** To whom it can happen. */
    enum Victim {
        LEADER,
        STANDBY,
        WORKER,
        NAMING,
        ETCD,
        /** All naming services at once. */
        ALL_NAMING,
        /** All members of etcd at once. */
        ALL_ETCD
    }

    /** The same, for another time. */
    Fault lasting(Duration otherLength) {
        return new Fault(kind, victim, cut, otherLength);
    }

    /** Whether tasks may run a second time for this: not unless a worker is really gone. */
    boolean mayRunAgain() {
        return victim == Victim.WORKER && (kind == Kind.KILL || length.compareTo(SHORT) > 0);
    }

    /** What is counted together: all faults of one kind that happen to one kind of process. */
    String name() {
        String name = "%s %s".formatted(kind, victim).toLowerCase(Locale.ROOT).replace('_', ' ');
        return kind != Kind.KILL && mayRunAgain() ? "long " + name : name;
    }

    @Override
    public String toString() {
        String how = kind == Kind.CUT ? " " + cut.name().toLowerCase(Locale.ROOT) : "";
        return "%s%s, %.1f s".formatted(name(), how, length.toMillis() / 1e3);
    }
}
