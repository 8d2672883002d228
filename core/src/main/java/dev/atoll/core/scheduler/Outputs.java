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
    /* An output is gone when its holder was given up or came back without it. That may happen while
     * nobody needs it: its job has ended, or every stage that reads it is complete. It is needed
     * again when the job is retried, or when such a stage has to run again; so what is gone is
     * worked out anew each time, and from the last stage to the first, because what one stage lost
     * makes another's outputs needed. Of a task that wrote nothing nothing is ever gone. */
    private final State state;

    Outputs(State state) {
        this.state = state;
    }

    /** Takes note of what a worker holds of a stage, just when it has said so. */
    static void noteHeld(Worker worker, Stage stage, Ranges held) {
        RangeSet missing = new RangeSet(stage.succeededOn(worker.id));
        missing.removeAll(held);
        missing.removeAll(stage.silent().toRanges());
        if (missing.isEmpty()) {
            worker.missing.remove(stage.ref);
        } else {
            worker.missing.put(stage.ref, missing);
        }
    }

    /** Takes note of outputs that a worker has just made. */
    static void noteMade(Worker worker, Stage stage, Ranges tasks) {
        RangeSet missing = worker.missing.get(stage.ref);
        if (missing != null) {
            missing.removeAll(tasks);
        }
    }

    /** The succeeded tasks of a stage whose outputs are gone. */
    Ranges gone(Stage stage) {
        RangeSet gone = new RangeSet();
        stage.succeededBy()
                .forEach((id, tasks) -> {
                    Worker worker = state.workers.get(id);
                    if (worker == null || worker.isLost()) {
                        gone.addAll(tasks.toRanges());
                    } else if (worker.missing.containsKey(stage.ref)) {
                        gone.addAll(tasks.intersection(worker.missing.get(stage.ref).toRanges()));
                    }
                });
        gone.removeAll(stage.silent().toRanges());
        return gone.toRanges();
    }

    /** Workers that hold outputs which somebody may want of a job, and may be lost. */
    NavigableSet<WorkerId> outOfReach(Job job) {
        NavigableSet<WorkerId> away = new TreeSet<>();
        for (Stage stage : job.stages) {
            if (job.isOutputNeeded(stage)) {
                stage.succeededBy()
                        .forEach((id, tasks) -> {
                            if (mayBeLost(id)
                                    && !stage.silent().absentFrom(tasks.toRanges()).isEmpty()) {
                                away.add(id);
                            }
                        });
            }
        }
        return away;
    }

    private boolean mayBeLost(WorkerId id) {
        Worker worker = state.workers.get(id);
        return worker != null && !worker.isLost() && !worker.isInTouch();
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
