package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.core.scheduler.SchedulerCommand.Refusal;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers what users want of jobs: submit, cancel, retry. */
final class JobRequests {
    private final State state;
    private final JobEndings endings;
    private final Outputs outputs;

    JobRequests(State state, JobEndings endings, Outputs outputs) {
        this.state = state;
        this.endings = endings;
        this.outputs = outputs;
    }

    void submit(SchedulerEvent.JobSubmitted event, Outbox out) {
        JobId known = state.jobsByRequest.get(event.spec().requestId());
        if (known != null) {
            out.send(new SchedulerCommand.Accepted(event.cause(), known));
            return;
        }
        if (state.active.size() >= state.limits.activeJobsMax()) {
            refuse(
                    out,
                    Refusal.TOO_MANY_JOBS,
                    "%d jobs have not ended, which is the limit".formatted(state.active.size()));
            return;
        }
        for (JobId earlier : event.spec().after()) {
            if (findJob(earlier, out).isEmpty()) {
                return;
            }
        }
        Optional<TaskRef> parent = event.spec().parent();
        if (parent.isPresent() && findTask(parent.get(), out).isEmpty()) {
            return;
        }
        long taskCount = event.spec().taskCount();
        if (state.activeTaskCount + taskCount > state.limits.activeTasksMax()) {
            refuse(
                    out,
                    Refusal.TOO_MANY_TASKS,
                    "%d tasks have not ended; with %d more they would pass the limit of %d"
                            .formatted(
                                    state.activeTaskCount,
                                    taskCount,
                                    state.limits.activeTasksMax()));
            return;
        }
        JobId job = state.nextJobId();
        out.fact(new Fact.JobAccepted(job, ofItsUser(event.spec()), event.wallClock()));
        out.send(new SchedulerCommand.Accepted(event.cause(), job));
    }

    /* What a task submits is of the same user: nobody gets a second share by it. */
    private JobSpec ofItsUser(JobSpec spec) {
        return spec.parent()
                .map(task -> spec.ofUser(state.knownJob(task.stage().job()).spec.user()))
                .orElse(spec);
    }

    void cancel(SchedulerEvent.CancelRequested event, Outbox out) {
        Optional<Job> found = findJob(event.job(), out);
        if (found.isEmpty()) {
            return;
        }
        Job job = found.get();
        if (event.tasks().isEmpty()) {
            cancelJob(job, event, out);
            return;
        }
        Optional<Stage> stage = findStage(job, event.tasks().get(), out);
        stage.ifPresent(it -> {
            int count = cancelTasks(job, it, selected(it, event.tasks().get()), event, out);
            out.send(new SchedulerCommand.Completed(event.cause(), count));
        });
    }

    private void cancelJob(Job job, SchedulerEvent.CancelRequested event, Outbox out) {
        int count = job.isActive() ? job.grantedCount() : 0;
        if (job.isActive()) {
            String reason = event.reason().isEmpty() ? "cancelled" : event.reason();
            endings.stop(job, Outcome.CANCELLED, reason, event.signal(), out);
        } else if (!job.isEnded()) {
            endings.stopGranted(job, event.signal(), out);
        }
        out.send(new SchedulerCommand.Completed(event.cause(), count));
    }

    private int cancelTasks(
            Job job, Stage stage, Ranges wanted, SchedulerEvent.CancelRequested event, Outbox out) {
        if (job.isEnded()) {
            return 0;
        }
        Ranges waiting = job.isActive() ? stage.waiting().intersection(wanted) : Ranges.empty();
        int running = 0;
        for (Map.Entry<WorkerId, RangeSet> entry : stage.granted().entrySet()) {
            Ranges tasks = entry.getValue().intersection(wanted);
            endings.stopBackups(stage, tasks, event.signal(), out);
            stage.stopping.addAll(tasks);
            endings.stopTasks(entry.getKey(), stage, tasks, event.signal(), out);
            running += tasks.size();
        }
        if (!waiting.isEmpty()) {
            Failure failure = new Failure(Failure.Kind.CANCELLED, 0, event.reason());
            endings.failTasks(job, stage, Optional.empty(), failure, waiting, out);
        }
        return waiting.size() + running;
    }

    void retry(SchedulerEvent.RetryRequested event, Outbox out) {
        Optional<Job> found = findJob(event.job(), out);
        if (found.isEmpty()) {
            return;
        }
        Job job = found.get();
        if (!job.isEnded()) {
            refuse(out, Refusal.JOB_ACTIVE, "job %s has not ended".formatted(job.id));
            return;
        }
        if (Deadlines.isOver(job, out.wallClock)) {
            refuse(
                    out,
                    Refusal.DEADLINE_PASSED,
                    "job %s cannot be tried again: %s has passed"
                            .formatted(job.id, Deadlines.describe(job)));
            return;
        }
        List<Stage> stages = job.stages;
        if (event.tasks().isPresent()) {
            Optional<Stage> stage = findStage(job, event.tasks().get(), out);
            if (stage.isEmpty()) {
                return;
            }
            stages = List.of(stage.get());
        }
        reopen(job, stages, event.tasks(), out);
    }

    private void reopen(
            Job job, List<Stage> stages, Optional<TaskSelection> selection, Outbox out) {
        List<Fact> facts = new ArrayList<>();
        int count = 0;
        for (Stage stage : stages) {
            Ranges wanted = selection.map(it -> selected(stage, it)).orElse(all(stage));
            RangeSet again = new RangeSet(stage.failed().toRanges());
            if (job.isOutputNeeded(stage)) {
                again.addAll(outputs.gone(stage));
            }
            Ranges chosen = again.intersection(wanted);
            count += chosen.size() + stage.waiting().intersection(wanted).size();
            if (!chosen.isEmpty()) {
                facts.add(new Fact.TasksReopened(stage.ref, chosen));
            }
        }
        if (count == 0) {
            refuse(
                    out,
                    Refusal.NOTHING_TO_RETRY,
                    "no selected task of job %s failed, was cancelled or lost its output"
                            .formatted(job.id));
            return;
        }
        out.fact(new Fact.JobReopened(job.id));
        facts.forEach(out::fact);
        outputs.restore(job, out);
        out.send(new SchedulerCommand.Completed(out.cause(), count));
    }

    private Optional<Job> findJob(JobId id, Outbox out) {
        Optional<Job> job = state.job(id);
        if (job.isEmpty()) {
            refuse(out, Refusal.JOB_NOT_FOUND, "there is no job %s".formatted(id));
        }
        return job;
    }

    private Optional<Stage> findTask(TaskRef task, Outbox out) {
        TaskSelection selection =
                new TaskSelection(
                        task.stage().stage(),
                        Optional.of(Ranges.between(task.index(), task.index() + 1)));
        return findJob(task.stage().job(), out).flatMap(job -> findStage(job, selection, out));
    }

    private static Optional<Stage> findStage(Job job, TaskSelection selection, Outbox out) {
        if (selection.stage() < 0 || selection.stage() >= job.stages.size()) {
            refuse(
                    out,
                    Refusal.TASK_NOT_FOUND,
                    "job %s has stages 0 to %d, not %d"
                            .formatted(job.id, job.stages.size() - 1, selection.stage()));
            return Optional.empty();
        }
        Stage stage = job.stages.get(selection.stage());
        int end = selection.tasks().map(Ranges::end).orElse(0);
        if (end > stage.spec.taskCount()) {
            refuse(
                    out,
                    Refusal.TASK_NOT_FOUND,
                    "stage %d of job %s has tasks 0 to %d, not %d"
                            .formatted(
                                    selection.stage(),
                                    job.id,
                                    stage.spec.taskCount() - 1,
                                    end - 1));
            return Optional.empty();
        }
        return Optional.of(stage);
    }

    private static Ranges selected(Stage stage, TaskSelection selection) {
        return selection.tasks().orElse(all(stage));
    }

    private static Ranges all(Stage stage) {
        return Ranges.between(0, stage.spec.taskCount());
    }

    private static void refuse(Outbox out, Refusal refusal, String message) {
        out.send(new SchedulerCommand.Refused(out.cause(), refusal, message));
    }
}
