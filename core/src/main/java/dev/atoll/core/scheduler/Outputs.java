package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;

import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Knows which outputs of succeeded tasks are gone, and lets those be made again that are needed.
 */
final class Outputs {
    /* An output is gone when each of its holders was given up or came back without it. That may
     * happen while nobody needs it: its job has ended, or every stage that reads it is complete. It is needed
     * again when the job is retried, or when such a stage has to run again; so what is gone is
     * worked out anew each time, and from the last stage to the first, because what one stage lost
     * makes another's outputs needed. Of a task that wrote nothing nothing is ever gone. */
    private final State state;

    Outputs(State state) {
        this.state = state;
    }

    /** Takes note of what a worker holds of a stage, just when it has said so. */
    static void noteHeld(Worker worker, Stage stage, Ranges held) {
        RangeSet missing = new RangeSet(stage.outputsOn(worker.id));
        missing.removeAll(held);
        missing.removeAll(stage.silent().toRanges());
        if (missing.isEmpty()) {
            worker.missing.remove(stage.ref);
        } else {
            worker.missing.put(stage.ref, missing);
        }
    }

    /** Takes note of outputs that a worker does not hold any more, whatever the ledger says. */
    static void noteLost(Worker worker, Stage stage, Ranges tasks) {
        if (!tasks.isEmpty()) {
            worker.missing.computeIfAbsent(stage.ref, ref -> new RangeSet()).addAll(tasks);
        }
    }

    /** Takes note of outputs that a worker has just made, or copied. */
    static void noteMade(Worker worker, Stage stage, Ranges tasks) {
        RangeSet missing = worker.missing.get(stage.ref);
        if (missing != null) {
            missing.removeAll(tasks);
        }
    }

    /** What a worker holds of a stage, as far as is known; nothing once it was given up. */
    Ranges live(WorkerId id, Stage stage) {
        return isGone(id) ? Ranges.empty() : present(id, stage, stage.outputsOn(id));
    }

    /** Those of some tasks of a stage whose outputs a worker holds: costs what those are. */
    Ranges live(WorkerId id, Stage stage, Ranges within) {
        return isGone(id) ? Ranges.empty() : present(id, stage, stage.outputsOn(id, within));
    }

    private boolean isGone(WorkerId id) {
        Worker worker = state.workers.get(id);
        return worker == null || worker.isLost();
    }

    private Ranges present(WorkerId id, Stage stage, Ranges held) {
        RangeSet missing = missing(id, stage);
        return missing.isEmpty() ? held : missing.absentFrom(held);
    }

    private RangeSet missing(WorkerId id, Stage stage) {
        Worker worker = state.workers.get(id);
        RangeSet missing = worker == null ? null : worker.missing.get(stage.ref);
        return missing == null ? new RangeSet() : missing;
    }

    /** Those of the tasks of a stage that more than one worker holds. */
    Ranges heldTwice(Stage stage, Ranges tasks) {
        RangeSet once = new RangeSet();
        RangeSet twice = new RangeSet();
        for (WorkerId id : stage.holders()) {
            Ranges held = live(id, stage, tasks);
            twice.addAll(once.intersection(held));
            once.addAll(held);
        }
        return twice.toRanges();
    }

    /** The succeeded tasks of a stage whose outputs are gone: nobody holds them any more. */
    Ranges gone(Stage stage) {
        RangeSet gone = new RangeSet();
        for (WorkerId id : stage.succeededBy().keySet()) {
            Ranges own = stage.succeededOn(id);
            gone.addAll(isGone(id) ? own : missing(id, stage).intersection(own));
        }
        if (gone.isEmpty()) {
            return Ranges.empty();
        }
        stage.holders().forEach(id -> gone.removeAll(live(id, stage, gone.toRanges())));
        gone.removeAll(stage.silent().toRanges());
        return gone.toRanges();
    }

    /** Records that copies on a worker do not count any more, where there are any. */
    static void dropCopies(WorkerId worker, Stage stage, Ranges tasks, Outbox out) {
        RangeSet copies = stage.copiedTo().get(worker);
        Ranges dropped = copies == null ? Ranges.empty() : copies.intersection(tasks);
        if (!dropped.isEmpty()) {
            out.fact(new Fact.CopiesDropped(stage.ref, worker, dropped));
        }
    }

    /**
     * Workers that may be lost, and with them the last copy of an output which somebody may want.
     */
    NavigableSet<WorkerId> outOfReach(Job job) {
        NavigableSet<WorkerId> away = new TreeSet<>();
        for (Stage stage : job.stages) {
            if (job.isOutputNeeded(stage) && !stage.holders().stream().allMatch(this::isInTouch)) {
                addOutOfReach(stage, away);
            }
        }
        return away;
    }

    private void addOutOfReach(Stage stage, NavigableSet<WorkerId> away) {
        RangeSet unreached = new RangeSet(stage.succeeded().toRanges());
        unreached.removeAll(stage.silent().toRanges());
        for (WorkerId id : stage.holders()) {
            if (isInTouch(id)) {
                unreached.removeAll(live(id, stage));
            }
        }
        for (WorkerId id : stage.holders()) {
            if (!isInTouch(id) && !unreached.intersection(live(id, stage)).isEmpty()) {
                away.add(id);
            }
        }
    }

    private boolean isInTouch(WorkerId id) {
        Worker worker = state.workers.get(id);
        return worker != null && worker.isInTouch();
    }

    /** Lets an active job make again what it needs and what is gone. */
    void restore(Job job, Outbox out) {
        if (!job.isActive()) {
            return;
        }
        for (Stage stage : job.stages.reversed()) {
            if (job.isOutputNeeded(stage)) {
                Ranges gone = gone(stage);
                if (!gone.isEmpty()) {
                    out.fact(new Fact.TasksReopened(stage.ref, gone));
                }
            }
        }
    }
}
