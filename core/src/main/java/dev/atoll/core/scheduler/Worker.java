package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One worker as the scheduler sees it. All of it is soft state. */
final class Worker {
    private static final Load NOTHING = new Load();

    final WorkerId id;
    long incarnation;
    String address = "";
    Resources offer = Resources.cpu(0);
    Link link;
    Instant lastHeard;

    /** The last report of this incarnation that was taken in. */
    long lastSequence;

    boolean isSilent;
    boolean isDraining;

    /** Why it says that it wants no new tasks; empty if it wants some. */
    String shortage = "";

    /** Stages that this session was told of. */
    final Set<StageRef> introduced = new TreeSet<>();

    /** Revocations that were asked for and not answered, and since when. */
    final Map<StageRef, Instant> revoking = new TreeMap<>();

    /** Outputs that the ledger says it holds, and that it did not have when it connected. */
    final Map<StageRef, RangeSet> missing = new TreeMap<>();

    /** How its attempts have ended lately. */
    final Conduct conduct = new Conduct();

    private final Load granted = new Load();
    long succeededCount;
    long failedCount;

    /** How a worker is linked to this master. */
    sealed interface Link {
        /** By an open session. */
        record Connected(long session) implements Link {}

        /** Not now; it may come back with its tasks until {@code patience} is over. */
        record Disconnected(Instant since, Duration patience) implements Link {}

        /** Given up. */
        record Lost(String reason) implements Link {}
    }

    Worker(WorkerId id, Link link, Instant now) {
        this.id = id;
        this.link = link;
        this.lastHeard = now;
    }

    boolean isSession(long session) {
        return link instanceof Link.Connected connected && connected.session() == session;
    }

    /** Whether it is here, as far as anybody can know. */
    boolean isInTouch() {
        return link instanceof Link.Connected && !isSilent;
    }

    /** Whether it may be given new tasks. */
    boolean isReady() {
        return isInTouch() && !isDraining && shortage.isEmpty();
    }

    boolean isConnected() {
        return link instanceof Link.Connected;
    }

    /** Whether copies may go to it now. */
    boolean takesCopies() {
        return isInTouch() && shortage.isEmpty();
    }

    /** Whether copies may go to it, now or as soon as it is heard of again. */
    boolean mayKeepCopies() {
        return switch (link) {
            case Link.Connected connected -> shortage.isEmpty();
            case Link.Disconnected disconnected -> !isDraining;
            case Link.Lost lost -> false;
        };
    }

    /**
     * The less the better a place for copies: what drains is about to leave, and what is in
     * quarantine may be broken.
     */
    int reluctance() {
        if (isDraining) {
            return 2;
        }
        return conduct.isTrusted() ? 0 : 1;
    }

    boolean isLost() {
        return link instanceof Link.Lost;
    }

    int grantedTasks() {
        return granted.tasks();
    }

    void hold(Resources need, int tasks) {
        granted.add(need, tasks);
    }

    void release(Resources need, int tasks) {
        granted.add(need, -tasks);
    }

    /** How many such tasks it can run at once when it runs nothing else. */
    int slots(Resources need) {
        return NOTHING.roomIn(offer, need);
    }

    /** How many more such tasks it can run at once now. */
    int freeSlots(Resources need) {
        return granted.roomIn(offer, need);
    }

    /** How many such tasks were granted beyond what it can run at once. */
    int backlog(Resources need) {
        return granted.excessOver(offer, need);
    }

    /** The share of its processors that is granted; above 1 when there is a backlog. */
    double load() {
        return granted.shareOf(offer);
    }

    void validate(Load counted) {
        if (!granted.isSame(counted)) {
            throw new IllegalStateException(
                    "worker %s: counted %s; granted %s".formatted(id, granted, counted));
        }
    }
}
