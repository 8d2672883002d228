package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;

import java.util.Optional;

/** Takes from workers what they can no longer be trusted to run. */
final class Losses {
    private final Reports reports;

    Losses(Reports reports) {
        this.reports = reports;
    }

    /** Tasks that were granted to a worker and never reached it: nobody is to blame. */
    void takeUndelivered(Worker worker, Job job, Stage stage, Ranges granted, Outbox out) {
        Ranges taken = take(worker, stage, granted);
        if (!taken.isEmpty()) {
            reports.requeue(job, stage, taken, out);
            out.changed(job.id);
        }
    }

    /** Tasks that are lost with their worker; those that may have run there share the blame. */
    void takeLost(Worker worker, Job job, Stage stage, Ranges granted, String detail, Outbox out) {
        RangeSet ran = new RangeSet(likelyRunning(worker, stage, granted));
        Ranges taken = take(worker, stage, granted);
        if (taken.isEmpty()) {
            return;
        }
        Failure failure = new Failure(Failure.Kind.WORKER_LOST, 0, detail);
        reports.requeue(job, stage, ran.absentFrom(taken), out);
        Ranges blamed = ran.intersection(taken);
        reports.endOrRequeue(Optional.of(worker.id), job, stage, failure, blamed, out);
        out.changed(job.id);
    }

    /* The attempt's number is used up in any case: should the worker have it after all, whatever it
     * says of it is old news. */
    private static Ranges take(Worker worker, Stage stage, Ranges granted) {
        Ranges taken = Assignments.take(worker, stage, granted);
        stage.attemptsOver.increment(taken);
        return taken;
    }

    /* A task that kills its worker must not be tried for ever, and one that only waited there must
     * not be blamed. Started tasks are reported late, so the first that fit count as running too. */
    private static Ranges likelyRunning(Worker worker, Stage stage, Ranges granted) {
        RangeSet running = new RangeSet();
        RangeSet started = stage.started.get(worker.id);
        if (started != null) {
            running.addAll(started.toRanges());
        }
        running.addAll(new RangeSet(granted).takeFirst(worker.slots(stage.spec.need())));
        return running.toRanges();
    }
}
