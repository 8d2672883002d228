package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;

import java.util.Optional;

/** Takes from workers what they can no longer be trusted to run. */
final class Losses {
    private final Failures failures;

    Losses(Failures failures) {
        this.failures = failures;
    }

    /** Attempts that were given to a worker and never reached it: nobody is to blame. */
    void takeUndelivered(Worker worker, Job job, Stage stage, Ranges tasks, Outbox out) {
        Taken taken = take(worker, stage, tasks);
        if (!taken.isEmpty()) {
            failures.requeue(job, stage, taken.idle(), out);
            out.changed(job.id);
        }
    }

    /** Attempts that are lost with their worker; those that may have run there share the blame. */
    void takeLost(Worker worker, Job job, Stage stage, Ranges tasks, String detail, Outbox out) {
        RangeSet ran = new RangeSet(likelyRunning(worker, stage, tasks));
        Taken taken = take(worker, stage, tasks);
        if (taken.isEmpty()) {
            return;
        }
        Failure failure = new Failure(Failure.Kind.WORKER_LOST, 0, detail);
        failures.countWhatGoesOn(stage, failure, ran.intersection(taken.goingOn()));
        failures.requeue(job, stage, ran.absentFrom(taken.idle()), out);
        Ranges blamed = ran.intersection(taken.idle());
        failures.endOrRequeue(Optional.of(worker.id), job, stage, failure, blamed, out);
        out.changed(job.id);
    }

    /**
     * Tasks whose attempt was taken from a worker.
     *
     * @param idle tasks that are in no set, for no other attempt of them runs
     * @param goingOn tasks that another worker goes on with
     */
    private record Taken(Ranges idle, Ranges goingOn) {
        boolean isEmpty() {
            return idle.isEmpty() && goingOn.isEmpty();
        }
    }

    /* The attempt's number is used up in any case: should the worker have it after all, whatever it
     * says of it is old news. */
    private static Taken take(Worker worker, Stage stage, Ranges tasks) {
        RangeSet goingOn = new RangeSet(Assignments.takeBackups(worker, stage, tasks));
        Ranges granted = Assignments.take(worker, stage, tasks);
        stage.attemptsEnded(granted);
        Ranges idle = stage.promoteBackups(granted);
        goingOn.addAll(new RangeSet(idle).absentFrom(granted));
        return new Taken(idle, goingOn.toRanges());
    }

    /* A task that kills its worker must not be tried for ever, and one that only waited there must
     * not be blamed. Started tasks are reported late, so the first that fit count as running too. */
    private static Ranges likelyRunning(Worker worker, Stage stage, Ranges tasks) {
        RangeSet running = new RangeSet(stage.starts.on(worker.id));
        Ranges granted = new RangeSet(stage.grantedTo(worker.id)).intersection(tasks);
        running.addAll(new RangeSet(granted).takeFirst(worker.slots(stage.spec.need())));
        return running.toRanges();
    }
}
