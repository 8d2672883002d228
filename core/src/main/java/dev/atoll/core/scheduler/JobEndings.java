package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact.Outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Brings jobs to their end: when all is done, when nothing more can be done, or when told to. */
final class JobEndings {
    /** TERM. */
    static final int SIGNAL_DEFAULT = 15;

    private final State state;
    private final Copies copies;
    private final AwaitedResults awaited;
    private final EarlierJobs earlier;

    JobEndings(State state, Copies copies, AwaitedResults awaited, EarlierJobs earlier) {
        this.state = state;
        this.copies = copies;
        this.awaited = awaited;
        this.earlier = earlier;
    }

    /**
     * Tasks have failed for good: records it, and stops the rest where the job's policy says so, or
     * a pipe is broken.
     */
    void failTasks(
            Job job,
            Stage stage,
            Optional<WorkerId> worker,
            Failure failure,
            Ranges tasks,
            Outbox out) {
        Failure recorded = stage.recordable(worker, failure);
        out.fact(new Fact.TasksFailed(stage.ref, worker, recorded, tasks));
        boolean isOver =
                job.spec.failurePolicy() == FailurePolicy.FAIL_FAST
                        || Pipes.isBrokenBy(stage, failure);
        if (job.isActive() && isOver) {
            stop(job, Outcome.FAILED, describeFailed(stage, tasks, failure), SIGNAL_DEFAULT, out);
        }
    }

    /** Stops an active job. */
    void stop(Job job, Outcome outcome, String reason, int signal, Outbox out) {
        out.fact(new Fact.JobStopping(job.id, outcome, reason));
        stopGranted(job, signal, out);
    }

    /** Tells the workers to stop whatever they hold of a job. */
    void stopGranted(Job job, int signal, Outbox out) {
        for (Stage stage : job.stages) {
            stopBackups(stage, Ranges.between(0, stage.spec.taskCount()), signal, out);
            for (Map.Entry<WorkerId, RangeSet> entry : stage.granted().entrySet()) {
                stopTasks(entry.getKey(), stage, entry.getValue().toRanges(), signal, out);
            }
        }
    }

    /** Tells a worker, if it is here, to stop some tasks. */
    void stopTasks(WorkerId id, Stage stage, Ranges tasks, int signal, Outbox out) {
        Worker worker = state.workers.get(id);
        if (worker != null
                && worker.link instanceof Worker.Link.Connected connected
                && !tasks.isEmpty()) {
            out.send(new SchedulerCommand.Stop(id, connected.session(), stage.ref, tasks, signal));
        }
    }

    /**
     * Takes back the backups of tasks and tells their workers to stop them. Nobody waits for their
     * end: what they still say counts no more.
     */
    void stopBackups(Stage stage, Ranges tasks, int signal, Outbox out) {
        if (stage.backups().count() == 0) {
            return;
        }
        for (WorkerId id : List.copyOf(stage.backups().held().keySet())) {
            Worker worker = state.workers.get(id);
            if (worker != null) {
                Ranges taken = Assignments.takeBackups(worker, stage, tasks);
                stopTasks(id, stage, taken, signal, out);
            }
        }
    }

    /** Ends those of the jobs that this decision has touched which have nothing left to do. */
    void settle(Outbox out) {
        Set<JobId> due = new TreeSet<>(out.changedJobs());
        due.addAll(awaited.takeDue());
        for (JobId id : due) {
            Job job = state.jobs.get(id);
            if (job != null && !job.isEnded() && job.grantedCount() == 0) {
                settle(job, out);
            }
        }
    }

    private void settle(Job job, Outbox out) {
        if (job.status() instanceof Job.Status.Stopping stopping) {
            end(job, stopping.outcome(), stopping.reason(), out);
        } else if (job.isStuck() && !awaited.isAwaited(job)) {
            boolean isComplete = job.stages.stream().allMatch(Stage::isComplete);
            List<String> reasons = new ArrayList<>();
            if (!isComplete) {
                reasons.add(describeFailed(job));
            }
            awaited.shortfall(job).ifPresent(reasons::add);
            Outcome outcome = isComplete ? Outcome.SUCCEEDED : Outcome.FAILED;
            end(job, outcome, String.join("; ", reasons), out);
        }
    }

    private void end(Job job, Outcome outcome, String reason, Outbox out) {
        out.fact(new Fact.JobEnded(job.id, outcome, reason, out.wallClock));
        forgetOldest(out);
    }

    /* By the time of their end, not of their submission: whoever waited long for a job must have the
     * time to see how it ended. */
    private void forgetOldest(Outbox out) {
        int excess = state.ended.size() - state.limits.endedJobsMax();
        if (excess <= 0) {
            return;
        }
        Set<JobId> needed = earlier.needed();
        List<JobId> oldest =
                state.ended.stream().filter(id -> !needed.contains(id)).limit(excess).toList();
        for (JobId job : oldest) {
            out.fact(new Fact.JobForgotten(job));
            copies.forget(job);
            tellForgotten(job, out);
        }
    }

    private void tellForgotten(JobId job, Outbox out) {
        for (Worker worker : state.workers.values()) {
            if (worker.link instanceof Worker.Link.Connected connected) {
                worker.introduced.removeIf(stage -> stage.job().equals(job));
                out.send(new SchedulerCommand.Forget(worker.id, connected.session(), job));
            }
        }
    }

    private static String describeFailed(Job job) {
        int count = job.stages.stream().mapToInt(stage -> stage.failed().size()).sum();
        for (Stage stage : job.stages) {
            if (!stage.failedBy().isEmpty()) {
                Map.Entry<Stage.FailedKey, RangeSet> first =
                        stage.failedBy().entrySet().iterator().next();
                String text =
                        describeFailed(
                                stage, first.getValue().toRanges(), first.getKey().failure());
                int others = count - first.getValue().size();
                return others > 0 ? "%s; %d others failed too".formatted(text, others) : text;
            }
        }
        return "tasks failed";
    }

    private static String describeFailed(Stage stage, Ranges tasks, Failure failure) {
        String what =
                tasks.size() == 1
                        ? "task %d".formatted(tasks.first())
                        : "%d tasks, the first %d,".formatted(tasks.size(), tasks.first());
        return "%s of %s failed: %s"
                .formatted(what, stage.spec.name(), Explainer.describe(failure));
    }
}
