package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Takes note of what workers hold, lose and find damaged, and sees to what follows from it. */
final class Holdings {
    private final State state;
    private final Outputs outputs;
    private final Copies copies;
    private final CopyNeeds needs;

    Holdings(State state, Outputs outputs, Copies copies, CopyNeeds needs) {
        this.state = state;
        this.outputs = outputs;
        this.copies = copies;
        this.needs = needs;
    }

    /** A session is over, or another one has taken its place. */
    void sessionOver(Worker worker) {
        copies.sessionOver(worker.id);
    }

    /**
     * Compares what a worker says that it holds with what it should.
     *
     * @param unacknowledged attempts whose outputs may be there and are not judged yet
     */
    void compare(
            Worker worker,
            SchedulerEvent.WorkerConnected event,
            Map<StageRef, RangeSet> unacknowledged,
            Outbox out) {
        Map<StageRef, Ranges> held = new TreeMap<>();
        for (HeldOutputs some : event.held()) {
            held.put(some.stage(), some.tasks());
            if (state.stage(some.stage()).isEmpty()) {
                JobId job = some.stage().job();
                out.send(new SchedulerCommand.Forget(worker.id, event.session(), job));
            }
        }
        for (Job job : state.jobs.values()) {
            for (Stage stage : job.stages) {
                Ranges here = held.getOrDefault(stage.ref, Ranges.empty());
                Outputs.noteHeld(worker, stage, here);
                RangeSet spare = new RangeSet(here);
                spare.removeAll(stage.outputsOn(worker.id));
                RangeSet claimed = unacknowledged.get(stage.ref);
                if (claimed != null) {
                    spare.removeAll(claimed.toRanges());
                }
                spare.addAll(dropSurplus(worker, stage, out));
                discard(worker, event.session(), stage, spare.toRanges(), out);
            }
        }
        restoreAll(out);
        copies.holdingsChanged(worker);
        needs.tryAgain(worker.id);
    }

    /** A worker was given up, with all that it held. */
    void lost(Worker worker, Outbox out) {
        copies.sessionOver(worker.id);
        restoreAll(out);
        copies.holdingsChanged(worker);
    }

    /** A worker has found outputs damaged, and has dropped them. */
    void damaged(Worker worker, List<HeldOutputs> damaged, Outbox out) {
        for (HeldOutputs some : damaged) {
            Optional<Stage> found = state.stage(some.stage());
            if (found.isPresent()) {
                Stage stage = found.get();
                Outputs.dropCopies(worker.id, stage, some.tasks(), out);
                RangeSet own = new RangeSet(stage.succeededOn(worker.id));
                Outputs.noteLost(worker, stage, own.intersection(some.tasks()));
                outputs.restore(state.knownJob(stage.ref.job()), out);
                needs.refresh(stage, some.tasks());
                out.changed(stage.ref.job());
            }
        }
    }

    private void restoreAll(Outbox out) {
        state.activeJobs().forEach(job -> outputs.restore(job, out));
    }

    /** Of what has two other holders that are here, a worker that comes back need hold nothing. */
    private Ranges dropSurplus(Worker worker, Stage stage, Outbox out) {
        if (stage.copiedTo().isEmpty()) {
            return Ranges.empty();
        }
        RangeSet once = new RangeSet();
        RangeSet twice = new RangeSet();
        for (WorkerId id : stage.holders()) {
            Worker other = state.workers.get(id);
            if (other != null && other != worker && other.isConnected()) {
                Ranges live = outputs.live(id, stage);
                twice.addAll(once.intersection(live));
                once.addAll(live);
            }
        }
        Ranges surplus =
                new RangeSet(outputs.live(worker.id, stage)).intersection(twice.toRanges());
        Outputs.dropCopies(worker.id, stage, surplus, out);
        RangeSet own = new RangeSet(stage.succeededOn(worker.id));
        Outputs.noteLost(worker, stage, own.intersection(surplus));
        return surplus;
    }

    private static void discard(
            Worker worker, long session, Stage stage, Ranges tasks, Outbox out) {
        if (!tasks.isEmpty()) {
            out.send(new SchedulerCommand.Discard(worker.id, session, stage.ref, tasks));
        }
    }
}
