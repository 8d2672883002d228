package dev.atoll.worker.copy;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;

/** What of one copy is wanted still, and what of it is kept. Thread-safe. */
final class WantedTasks {
    private final StageRef stage;
    private final RangeSet wanted;
    private final RangeSet copied = new RangeSet();

    WantedTasks(StageRef stage, Ranges tasks) {
        this.stage = stage;
        this.wanted = new RangeSet(tasks);
    }

    StageRef stage() {
        return stage;
    }

    synchronized boolean contains(int task) {
        return wanted.contains(task);
    }

    synchronized void copied(int task) {
        if (wanted.contains(task)) {
            copied.add(task, task + 1);
        }
    }

    /** These are not wanted any more. */
    synchronized void drop(Ranges tasks) {
        wanted.removeAll(tasks);
        copied.removeAll(tasks);
    }

    synchronized Ranges wanted() {
        return wanted.toRanges();
    }

    synchronized Ranges copied() {
        return copied.toRanges();
    }

    /** What is wanted and not kept. */
    synchronized Ranges left() {
        RangeSet left = new RangeSet(wanted.toRanges());
        left.removeAll(copied.toRanges());
        return left.toRanges();
    }
}
