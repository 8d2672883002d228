package dev.atoll.worker.segment;

import dev.atoll.core.model.Ranges;

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

    boolean hasSucceeded(int task) {
        return succeeded.get(task) != TaskPositions.ABSENT;
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
