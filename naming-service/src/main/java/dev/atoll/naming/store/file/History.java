package dev.atoll.naming.store.file;

import dev.atoll.naming.store.Change;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The latest changes, for watches that begin in the past. Bounded in number and in bytes. */
final class History {
    private record Step(long revision, List<Change> changes, long bytes) {}

    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private final int stepsMax;
    private final long bytesMax;
    private long bytes;
    private long oldestRevision;

    /** A history that knows nothing before a revision. */
    History(long oldestRevision, int stepsMax, long bytesMax) {
        this.oldestRevision = oldestRevision;
        this.stepsMax = stepsMax;
        this.bytesMax = bytesMax;
    }

    /** The revision from which on every change is known. */
    long oldestRevision() {
        return oldestRevision;
    }

    /** Adds the changes of the next revision. */
    void add(List<Change> changes) {
        Step step = new Step(changes.getFirst().revision(), changes, weigh(changes));
        steps.addLast(step);
        bytes += step.bytes();
        while (steps.size() > stepsMax || bytes > bytesMax) {
            removeOldest();
        }
    }

    /** Forgets the changes before a revision. */
    void forgetBefore(long revision) {
        while (!steps.isEmpty() && steps.getFirst().revision() < revision) {
            removeOldest();
        }
        oldestRevision = Math.max(oldestRevision, revision);
    }

    /** The changes from a revision on, in order; empty when some of them are forgotten. */
    Optional<List<Change>> since(long revision) {
        if (revision < oldestRevision) {
            return Optional.empty();
        }
        List<Change> changes = new ArrayList<>();
        for (Step step : steps) {
            if (step.revision() >= revision) {
                changes.addAll(step.changes());
            }
        }
        return Optional.of(changes);
    }

    private void removeOldest() {
        Step step = steps.removeFirst();
        bytes -= step.bytes();
        oldestRevision = step.revision() + 1;
    }

    private static long weigh(List<Change> changes) {
        long bytes = 0;
        for (Change change : changes) {
            bytes += change.key().length();
            if (change instanceof Change.Written(var entry)) {
                bytes += entry.value().size();
            }
        }
        return bytes;
    }
}
