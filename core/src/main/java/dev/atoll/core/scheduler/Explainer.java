package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says why a job or a task is where it is, by asking the code that put it there. */
final class Explainer {
    /** The most workers of a kind that are named in one answer. */
    private static final int NAMED_MAX = 3;

    private final State state;
    private final Dispatcher dispatcher;
    private final AwaitedResults awaited;
    private final Quarantine quarantine;

    Explainer(State state, Dispatcher dispatcher, AwaitedResults awaited, Quarantine quarantine) {
        this.state = state;
        this.dispatcher = dispatcher;
        this.awaited = awaited;
        this.quarantine = quarantine;
    }

    /** A failure in words. */
    static String describe(Failure failure) {
        String what =
                switch (failure.kind()) {
                    case EXIT -> "exit code " + failure.code();
                    case SIGNAL -> "signal " + failure.code();
                    case TIMEOUT -> "it ran longer than its timeout";
                    case NOT_FOUND -> "the program was not found on the worker";
                    case NOT_EXECUTABLE -> "the program could not be executed";
                    case OUTPUT_LIMIT -> "it wrote more than its output limit";
                    case OUT_OF_MEMORY -> "it was killed for want of memory";
                    case CANCELLED -> "it was cancelled";
                    case INPUT_UNAVAILABLE -> "its input could not be read";
                    case WORKER_TROUBLE -> "the worker could not run it";
                    case WORKER_LOST -> "its worker was lost";
                    case OUTPUT_MISSING -> "it did not leave all its files";
                };
        return failure.detail().isEmpty() ? what : what + " (" + failure.detail() + ")";
    }

    /** Why a worker gets no tasks, and when it is tried again. */
    static String describe(Conduct.Standing standing, Instant now) {
        return switch (standing) {
            case Conduct.Standing.Trusted trusted -> "";
            case Conduct.Standing.Quarantined(Instant until, Duration time, String reason) ->
                    now.isBefore(until)
                            ? "%s; one task is tried in %d s"
                                    .formatted(reason, Duration.between(now, until).toSeconds() + 1)
                            : reason + "; the next task is tried here";
            case Conduct.Standing.Probing(Duration time, String reason) ->
                    reason + "; one task is being tried";
        };
    }

    List<String> explain(Job job, Instant now) {
        List<String> sentences = new ArrayList<>();
        switch (job.status()) {
            case Job.Status.Ended ended ->
                    sentences.add(
                            switch (ended.outcome()) {
                                case SUCCEEDED ->
                                        "It succeeded: every task is done%s."
                                                .formatted(
                                                        ended.reason().isEmpty()
                                                                ? ""
                                                                : "; " + ended.reason());
                                case FAILED -> "It failed: " + ended.reason() + ".";
                                case CANCELLED -> "It was cancelled: " + ended.reason() + ".";
                            });
            case Job.Status.Stopping stopping ->
                    sentences.add(
                            "It is being stopped (%s); %d tasks have not ended yet."
                                    .formatted(stopping.reason(), job.grantedCount()));
            case Job.Status.Active active -> {}
        }
        job.spec.parent().ifPresent(task -> sentences.add(parentSentence(task)));
        for (Stage stage : job.stages) {
            explainFailed(stage, sentences);
            if (!job.isEnded()) {
                explainOpen(job, stage, now, sentences);
            }
        }
        sentences.addAll(awaited.explain(job));
        return sentences;
    }

    private static String parentSentence(TaskRef task) {
        return "Task %s has submitted it; if that one's job is cancelled or fails, so is this one."
                .formatted(task);
    }

    private static void explainFailed(Stage stage, List<String> sentences) {
        stage.failedBy()
                .forEach((key, tasks) ->
                        sentences.add(
                                "In %s, %d failed%s: %s. Tasks %s."
                                        .formatted(
                                                stage.spec.name(),
                                                tasks.size(),
                                                key.worker().map(id -> " on " + id).orElse(""),
                                                describe(key.failure()),
                                                shorten(tasks))));
    }

    private void explainOpen(Job job, Stage stage, Instant now, List<String> sentences) {
        if (stage.grantedCount() > 0) {
            sentences.add(
                    "In %s, %d tasks were given to %d workers."
                            .formatted(
                                    stage.spec.name(),
                                    stage.grantedCount(),
                                    stage.granted().size()));
        }
        if (stage.backups().count() > 0) {
            sentences.add(
                    "In %s, %d of them run on a second worker too, because they take long."
                            .formatted(stage.spec.name(), stage.backups().count()));
        }
        if (!stage.waiting().isEmpty()) {
            sentences.add(
                    "In %s, %d tasks wait: %s"
                            .formatted(
                                    stage.spec.name(),
                                    stage.waiting().size(),
                                    whyWaiting(job, stage, now)));
        }
    }

    List<String> explain(Job job, Stage stage, int index, Instant now) {
        List<String> sentences = new ArrayList<>();
        int over = stage.attemptsOver.get(index);
        if (stage.succeeded().contains(index)) {
            sentences.add("It succeeded on %s.".formatted(keyOf(stage.succeededBy(), index)));
            stage.copiedTo()
                    .forEach((worker, tasks) -> {
                        if (tasks.contains(index)) {
                            sentences.add("A copy of its output is on %s.".formatted(worker));
                        }
                    });
        } else if (stage.failed().contains(index)) {
            stage.failedBy().entrySet().stream()
                    .filter(entry -> entry.getValue().contains(index))
                    .forEach(entry -> sentences.add(failedSentence(entry.getKey())));
        } else if (stage.waiting().contains(index)) {
            sentences.add(
                    job.isActive()
                            ? "It waits: " + whyWaiting(job, stage, now)
                            : "It never ran to its end, because its job was stopped.");
        } else {
            Optional<WorkerId> holder = stage.holderOf(index);
            sentences.add(
                    "It was given to %s as attempt %d."
                            .formatted(holder.map(WorkerId::value).orElse("nobody"), over + 1));
            stage.backups()
                    .holderOf(index)
                    .ifPresent(id -> sentences.add(backupSentence(id, over + 2)));
            if (job.spec.backupPolicy() == JobSpec.BackupPolicy.NEVER) {
                sentences.add("Nobody else runs it too: backups are off for this job.");
            }
        }
        if (over > 0) {
            sentences.add(
                    "%d attempts are over: %d failed by themselves, %d by the cluster's fault."
                            .formatted(over, stage.failures.get(index), stage.troubles.get(index)));
        }
        return sentences;
    }

    private static String backupSentence(WorkerId worker, int attempt) {
        return "It takes long, so %s runs it too, as attempt %d; the first success counts."
                .formatted(worker, attempt);
    }

    private static String failedSentence(Stage.FailedKey key) {
        String where = key.worker().map(id -> " on " + id).orElse("");
        return "It failed%s: %s.".formatted(where, describe(key.failure()));
    }

    private static WorkerId keyOf(Map<WorkerId, RangeSet> sets, int index) {
        return sets.entrySet().stream()
                .filter(entry -> entry.getValue().contains(index))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private String whyWaiting(Job job, Stage stage, Instant now) {
        return dispatcher
                .obstacle(job, stage, now)
                .map(obstacle -> describe(obstacle, job, stage, now))
                .orElseGet(() -> whyNoRoom(job, stage, now));
    }

    private String describe(Dispatcher.Obstacle obstacle, Job job, Stage stage, Instant now) {
        return switch (obstacle) {
            case NOTHING_WAITS -> "nothing waits.";
            case JOB_STOPPED -> "their job was stopped.";
            case RECOVERING ->
                    "a new master leads and waits for the workers to tell what they run.";
            case EARLIER_JOB -> earlierJob(job);
            case EARLIER_STAGE -> earlierStage(job, stage);
            case PAUSED ->
                    "the stage rests for %d ms more after trouble with an input or a worker."
                            .formatted(Duration.between(now, stage.pausedUntil).toMillis());
            case INPUTS_SOUGHT -> "it is being asked which workers have their input.";
        };
    }

    private String earlierJob(Job job) {
        return dispatcher
                .awaited(job)
                .map(earlier ->
                        "job %s must succeed first; %d of its %d tasks have."
                                .formatted(
                                        earlier.id,
                                        earlier.stages.stream()
                                                .mapToInt(stage -> stage.succeeded().size())
                                                .sum(),
                                        earlier.spec.taskCount()))
                .orElse("nothing is in the way.");
    }

    private static String earlierStage(Job job, Stage stage) {
        for (int position : stage.spec.dependsOn()) {
            Stage earlier = job.stages.get(position);
            if (!earlier.isComplete()) {
                return "%s must succeed first; %d of its %d tasks have."
                        .formatted(
                                earlier.spec.name(),
                                earlier.succeeded().size(),
                                earlier.spec.taskCount());
            }
        }
        return "nothing is in the way.";
    }

    /* A parent that waits for its child keeps the room that the child may need. */
    private Optional<String> parentInTheWay(Job job) {
        return job.spec
                .parent()
                .filter(task ->
                        state.stage(task.stage())
                                .filter(stage -> stage.spec.need().cpuMillis() > 0)
                                .flatMap(stage -> stage.holderOf(task.index()))
                                .isPresent())
                .map(task ->
                        ("task %s, which has submitted it, keeps its own room while it waits: a"
                                        + " task that only waits for others should ask for 0"
                                        + " processors")
                                .formatted(task));
    }

    private String whyNoRoom(Job job, Stage stage, Instant now) {
        if (state.workers.isEmpty()) {
            return "there are no workers.";
        }
        Resources need = stage.spec.need();
        int tooSmall = 0;
        int unready = 0;
        int busy = 0;
        int failedThere = 0;
        int leaving = 0;
        List<String> quarantined = new ArrayList<>();
        List<String> shortages = new ArrayList<>();
        Vacancies vacancies = new Vacancies(state, quarantine, now);
        if (stage.spec.task().isPiped()) {
            return whyNotTogether(Pipes.around(job, stage), vacancies);
        }
        for (Worker worker : state.workers.values()) {
            if (!worker.shortage.isEmpty() && !worker.isLost()) {
                shortages.add("%s wants none: %s".formatted(worker.id, worker.shortage));
            } else if (!worker.isReady()) {
                unready++;
            } else if (worker.slots(need) == 0) {
                tooSmall++;
            } else if (quarantine.limit(worker, stage, now) == 0) {
                String why = describe(worker.conduct.standing(), now);
                quarantined.add("%s is in quarantine: %s".formatted(worker.id, why));
            } else if (vacancies.room(worker, stage) == 0) {
                busy++;
            } else if (quarantine.open(worker, stage, now).isEmpty()) {
                failedThere++;
            } else if (stage.near.isForOthers(worker.id)) {
                leaving++;
            }
        }
        List<String> reasons = new ArrayList<>();
        if (busy > 0) {
            reasons.add("%d of %d workers are full".formatted(busy, state.workers.size()));
            parentInTheWay(job).ifPresent(reasons::add);
        }
        if (tooSmall > 0) {
            reasons.add("%d can never run it: it needs %s".formatted(tooSmall, describe(need)));
        }
        if (failedThere > 0) {
            reasons.add("%d have room, but those tasks have failed there".formatted(failedThere));
        }
        if (leaving > 0) {
            reasons.add(
                    "%d have room and leave them for up to %d ms to those that have their input"
                            .formatted(leaving, state.limits.localityWait().toMillis()));
        }
        quarantined.stream().limit(NAMED_MAX).forEach(reasons::add);
        shortages.stream().limit(NAMED_MAX).forEach(reasons::add);
        if (unready > 0) {
            reasons.add("%d are lost, silent or draining".formatted(unready));
        }
        return reasons.isEmpty() ? "it starts now." : String.join("; ", reasons) + ".";
    }

    private String whyNotTogether(List<Stage> stages, Vacancies vacancies) {
        int free = vacancies.together(stages).size();
        if (free == stages.size()) {
            return "it starts now.";
        }
        for (Stage stage : stages) {
            Resources need = stage.spec.need();
            if (state.workers.values().stream().allMatch(worker -> worker.slots(need) == 0)) {
                return "no worker that is here can ever run %s: it needs %s."
                        .formatted(stage.spec.name(), describe(need));
            }
        }
        int idle = vacancies.togetherIfIdle(stages).size();
        return "the %d tasks of a pipe start together, and there is room for %d of them now%s."
                .formatted(
                        stages.size(),
                        free,
                        idle == stages.size()
                                ? ""
                                : "; the workers that are here never have room for more than %d"
                                        .formatted(idle));
    }

    private static String describe(Resources need) {
        StringBuilder text = new StringBuilder();
        text.append("%.3f processors".formatted(need.cpuMillis() / 1000.0));
        if (need.memoryBytes() > 0) {
            text.append(", %d MiB of memory".formatted(need.memoryBytes() >> 20));
        }
        if (need.gpuCount() > 0) {
            text.append(", %d GPUs".formatted(need.gpuCount()));
        }
        if (!need.labels().isEmpty()) {
            text.append(", labels ").append(need.labels());
        }
        return text.toString();
    }

    private static String shorten(RangeSet tasks) {
        String text = tasks.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
