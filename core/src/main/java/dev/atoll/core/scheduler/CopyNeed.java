package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What of one stage still needs a second copy. All of it is soft state. */
final class CopyNeed {
    /* After so many failures a task is bare: nobody waits for its copy any more. The pauses between
     * them add up to more than the time after which a silent worker is given up by default, so that a
     * source that is gone is known to be gone before its outputs count as bare. */
    static final int TRIES_MAX = 6;

    private static final Duration PAUSE_MIN = Duration.ofMillis(500);

    /** Tasks whose output one worker holds, and nobody copies. */
    final RangeSet waiting = new RangeSet();

    /** Tasks whose output is being copied. */
    final RangeSet underWay = new RangeSet();

    /** Tasks whose output could not be copied, for the time being. */
    final RangeSet bare = new RangeSet();

    /** Workers whose outputs are being copied. */
    final Set<WorkerId> busySources = new TreeSet<>();

    private final RangeCounter tries = new RangeCounter();
    private final Map<WorkerId, Pause> pauses = new TreeMap<>();
    private String trouble = "";

    /** A worker that had trouble rests. */
    private record Pause(int number, Instant until) {}

    boolean isEmpty() {
        return waiting.isEmpty() && underWay.isEmpty() && bare.isEmpty() && busySources.isEmpty();
    }

    /** What went wrong the last time; may be empty. */
    String trouble() {
        return trouble;
    }

    boolean isPaused(WorkerId worker, Instant now) {
        Pause pause = pauses.get(worker);
        return pause != null && now.isBefore(pause.until());
    }

    void begin(WorkerId source, Ranges tasks) {
        waiting.removeAll(tasks);
        underWay.addAll(tasks);
        busySources.add(source);
    }

    /** Tasks that were under way have their copy. */
    void copied(Ranges tasks) {
        underWay.removeAll(tasks);
        tries.set(tasks, 0);
    }

    /** Tasks that were under way were not tried. */
    void giveBack(Ranges tasks) {
        underWay.removeAll(tasks);
        waiting.addAll(tasks);
    }

    /** Tasks that were under way have failed. */
    void fail(Ranges tasks, String detail) {
        trouble = detail;
        underWay.removeAll(tasks);
        tries.increment(tasks);
        bare.addAll(tries.atLeast(TRIES_MAX, tasks));
        waiting.addAll(bare.absentFrom(tasks));
    }

    /** A worker that had trouble rests, each time for longer. */
    void pause(WorkerId worker, Instant now) {
        Pause before = pauses.get(worker);
        pause(worker, before == null ? 0 : before.number() + 1, now);
    }

    /** A worker rests for twice as long as another, so that somebody else is tried first. */
    void pauseLike(WorkerId worker, WorkerId other, Instant now) {
        Pause pause = pauses.get(other);
        pause(worker, pause == null ? 0 : pause.number() + 1, now);
    }

    private void pause(WorkerId worker, int number, Instant now) {
        int doublings = Math.min(number, TRIES_MAX - 1);
        pauses.put(worker, new Pause(number, now.plus(PAUSE_MIN.multipliedBy(1L << doublings))));
    }

    /** A worker has no trouble any more. */
    void relieve(WorkerId worker) {
        pauses.remove(worker);
    }

    /**
     * Whatever stood in the way may be gone with a worker that has come: what was given up is tried
     * once more. Only once, or a worker that comes and goes would keep a job from its end.
     */
    void tryAgain(WorkerId worker) {
        pauses.remove(worker);
        tries.set(bare.toRanges(), TRIES_MAX - 1);
        waiting.addAll(bare.toRanges());
        bare.clear();
    }

    /** These tasks need no copy. */
    void forget(Ranges tasks) {
        waiting.removeAll(tasks);
        underWay.removeAll(tasks);
        bare.removeAll(tasks);
        tries.set(tasks, 0);
    }
}
