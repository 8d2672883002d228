package dev.atoll.naming.serving;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;

/** Decides how much history of the store is kept. Pure: the caller brings the time. */
public final class Retention {
    /* Watches of ours read again when history is gone, so it only saves them work; a scan needs it
     * for as long as it lasts. Ten minutes are plenty for both, and the bound on revisions keeps a
     * busy store small. */

    private record Mark(long nanos, long revision) {}

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private final long ageMaxNanos;
    private final long revisionsMax;
    private long compacted;

    /**
     * Keeps history.
     *
     * @param ageMax older history is not needed
     * @param revisionsMax and no more than so many revisions
     */
    public Retention(Duration ageMax, long revisionsMax) {
        this.ageMaxNanos = ageMax.toNanos();
        this.revisionsMax = revisionsMax;
    }

    /** Notes the present revision and says up to which one to compact, if any. */
    public OptionalLong note(long nowNanos, long revision) {
        marks.addLast(new Mark(nowNanos, revision));
        long target = revision - revisionsMax;
        while (nowNanos - marks.getFirst().nanos() >= ageMaxNanos) {
            target = Math.max(target, marks.removeFirst().revision());
        }
        if (target <= compacted) {
            return OptionalLong.empty();
        }
        compacted = target;
        return OptionalLong.of(target);
    }
}
