package dev.atoll.worker.segment;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;

import java.util.PrimitiveIterator;
import java.util.function.LongPredicate;

/** Where in a segment the outputs of each task are that count. Not thread-safe. */
final class SegmentIndex implements SegmentScan.Visitor {
    private final TaskPositions succeeded = new TaskPositions();
    private final TaskPositions failed = new TaskPositions();

    /** The first success counts, and of failures the latest. */
    @Override
    public void outputs(RecordHeader header, long position) {
        if (header.kind() == RecordHeader.Kind.FAILURE) {
            failed.put(header.task(), position);
        } else if (!hasSucceeded(header.task())) {
            succeeded.put(header.task(), position);
        }
    }

    @Override
    public void dropped(Ranges tasks) {
        succeeded.removeAll(tasks);
        failed.removeAll(tasks);
    }

    /** Forgets every record that does not lie before a position. */
    void forgetFrom(long position) {
        succeeded.removeFrom(position);
        failed.removeFrom(position);
    }

    /** Forgets a record, if the outputs of its task are those. */
    void forget(RecordHeader header, long position) {
        TaskPositions known = header.kind() == RecordHeader.Kind.FAILURE ? failed : succeeded;
        if (known.get(header.task()) == position) {
            known.put(header.task(), TaskPositions.ABSENT);
        }
    }

    boolean hasSucceeded(int task) {
        return succeeded.get(task) != TaskPositions.ABSENT;
    }

    /** Which of these tasks have no success at a position that will do. */
    Ranges notSucceeded(Ranges tasks, LongPredicate isGood) {
        RangeSet missing = new RangeSet();
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            int task = indexes.nextInt();
            if (!hasSucceeded(task) || !isGood.test(succeeded.get(task))) {
                missing.add(task, task + 1);
            }
        }
        return missing.toRanges();
    }

    /** Where the outputs of a task are, or {@link TaskPositions#ABSENT}. */
    long position(int task) {
        return hasSucceeded(task) ? succeeded.get(task) : failed.get(task);
    }

    /** Which tasks have succeeded. */
    Ranges held() {
        return succeeded.tasks();
    }
}
