package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the state for those outside. */
final class Queries implements SchedulerView {
    private final State state;
    private final Outputs outputs;
    private final Explainer explainer;

    Queries(State state, Outputs outputs, Explainer explainer) {
        this.state = state;
        this.outputs = outputs;
        this.explainer = explainer;
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return state.job(job).map(Queries::view);
    }

    @Override
    public List<JobView> jobs(long before, int countMax, boolean activeOnly) {
        return state.jobs.descendingMap().values().stream()
                .filter(job -> job.id.value() < before && !(activeOnly && job.isEnded()))
                .limit(countMax)
                .map(Queries::view)
                .toList();
    }

    @Override
    public Optional<JobSpec> spec(JobId job) {
        return state.job(job).map(it -> it.spec);
    }

    private static JobView view(Job job) {
        String reason =
                switch (job.status()) {
                    case Job.Status.Active active -> "";
                    case Job.Status.Stopping stopping -> stopping.reason();
                    case Job.Status.Ended ended -> ended.reason();
                };
        Optional<Instant> endedAt =
                job.status() instanceof Job.Status.Ended ended
                        ? Optional.of(ended.at())
                        : Optional.empty();
        return new JobView(
                job.id,
                job.spec.name(),
                job.spec.user(),
                job.spec.priority(),
                stateOf(job),
                reason,
                job.stages.stream().map(stage -> view(job, stage)).toList(),
                job.createdAt,
                endedAt,
                job.spec.parent());
    }

    private static JobState stateOf(Job job) {
        return switch (job.status()) {
            case Job.Status.Active active -> hasStarted(job) ? JobState.RUNNING : JobState.QUEUED;
            case Job.Status.Stopping stopping -> JobState.STOPPING;
            case Job.Status.Ended ended ->
                    switch (ended.outcome()) {
                        case SUCCEEDED -> JobState.SUCCEEDED;
                        case FAILED -> JobState.FAILED;
                        case CANCELLED -> JobState.CANCELLED;
                    };
        };
    }

    private static boolean hasStarted(Job job) {
        return job.stages.stream()
                .anyMatch(stage -> stage.waiting().size() < stage.spec.taskCount());
    }

    private static StageView view(Job job, Stage stage) {
        Map<WorkerId, Integer> byWorker = new TreeMap<>();
        stage.succeededBy().forEach((worker, tasks) -> byWorker.put(worker, tasks.size()));
        int waiting = stage.waiting().size();
        return new StageView(
                stage.spec.name(),
                stage.spec.taskCount(),
                job.isEnded() ? 0 : waiting,
                stage.grantedCount(),
                stage.succeeded().size(),
                stage.failed().size(),
                job.isEnded() ? waiting : 0,
                stage.backups().count(),
                !stage.spec.task().outputs().isEmpty(),
                byWorker);
    }

    @Override
    public Optional<TaskView> task(TaskRef task) {
        return state.stage(task.stage())
                .filter(stage -> task.index() < stage.spec.taskCount())
                .map(stage -> view(state.knownJob(task.stage().job()), stage, task.index()));
    }

    private static TaskView view(Job job, Stage stage, int index) {
        int over = stage.attemptsOver.get(index);
        TaskRef task = new TaskRef(stage.ref, index);
        Optional<WorkerId> holder = stage.holderOf(index);
        if (holder.isPresent()) {
            Optional<RunningAttempt> backup =
                    stage.backups().holderOf(index).map(id -> new RunningAttempt(id, over + 2));
            return new TaskView(
                    task, TaskState.RUNNING, over + 1, holder, Optional.empty(), backup);
        }
        if (stage.succeeded().contains(index)) {
            Optional<WorkerId> worker =
                    stage.succeededBy().entrySet().stream()
                            .filter(entry -> entry.getValue().contains(index))
                            .map(Map.Entry::getKey)
                            .findFirst();
            return new TaskView(task, TaskState.SUCCEEDED, over + 1, worker, Optional.empty());
        }
        for (Map.Entry<Stage.FailedKey, RangeSet> entry : stage.failedBy().entrySet()) {
            if (entry.getValue().contains(index)) {
                Optional<Failure> failure = Optional.of(entry.getKey().failure());
                return new TaskView(task, TaskState.FAILED, over, entry.getKey().worker(), failure);
            }
        }
        TaskState idle = job.isEnded() ? TaskState.CANCELLED : TaskState.WAITING;
        return new TaskView(task, idle, over, Optional.empty(), Optional.empty());
    }

    @Override
    public List<TaskView> tasks(
            StageRef ref, Optional<TaskState> wanted, int fromIndex, int countMax) {
        Optional<Stage> found = state.stage(ref);
        if (found.isEmpty()) {
            return List.of();
        }
        Stage stage = found.get();
        Job job = state.knownJob(ref.job());
        RangeSet indexes = wanted.map(it -> indexes(job, stage, it)).orElse(all(stage));
        List<TaskView> views = new ArrayList<>();
        int index = indexes.nextAtOrAfter(fromIndex);
        while (index >= 0 && views.size() < countMax) {
            views.add(view(job, stage, index));
            index = indexes.nextAtOrAfter(index + 1);
        }
        return views;
    }

    private static RangeSet all(Stage stage) {
        return new RangeSet(Ranges.between(0, stage.spec.taskCount()));
    }

    private static RangeSet indexes(Job job, Stage stage, TaskState wanted) {
        return switch (wanted) {
            case WAITING -> job.isEnded() ? new RangeSet() : stage.waiting();
            case CANCELLED -> job.isEnded() ? stage.waiting() : new RangeSet();
            case SUCCEEDED -> stage.succeeded();
            case FAILED -> stage.failed();
            case RUNNING -> {
                RangeSet granted = new RangeSet();
                stage.granted().values().forEach(tasks -> granted.addAll(tasks.toRanges()));
                yield granted;
            }
        };
    }

    @Override
    public List<String> explain(TaskRef task, Instant now) {
        return state.stage(task.stage())
                .filter(stage -> task.index() < stage.spec.taskCount())
                .map(stage ->
                        explainer.explain(
                                state.knownJob(task.stage().job()), stage, task.index(), now))
                .orElse(List.of());
    }

    @Override
    public List<String> explain(JobId job, Instant now) {
        return state.job(job).map(it -> explainer.explain(it, now)).orElse(List.of());
    }

    @Override
    public OutputPlaces places(StageRef ref, int chunk) {
        List<Holder> holders = new ArrayList<>();
        state.stage(ref).ifPresent(stage -> addHolders(stage, window(stage, chunk), holders));
        ProgressChunk progress = progress(ref, chunk);
        return new OutputPlaces(holders, progress.silent(), progress.failed());
    }

    /* Whoever is lost or has lost its outputs comes last, and is asked only where there is nobody
     * else: so that the answer says what has become of them. */
    private void addHolders(Stage stage, Ranges window, List<Holder> holders) {
        List<WorkerId> ids = new ArrayList<>(stage.holders());
        ids.sort(Comparator.comparingInt(this::remoteness));
        for (WorkerId id : ids) {
            addHolder(id, outputs.live(id, stage, window), holders);
        }
        for (WorkerId id : ids) {
            RangeSet live = new RangeSet(outputs.live(id, stage, window));
            addHolder(id, live.absentFrom(stage.outputsOn(id, window)), holders);
        }
    }

    private static void addHolder(WorkerId id, Ranges tasks, List<Holder> holders) {
        if (!tasks.isEmpty()) {
            holders.add(new Holder(id, tasks));
        }
    }

    /** The less the better: how far a worker is from being asked. */
    private int remoteness(WorkerId id) {
        Worker worker = state.workers.get(id);
        if (worker == null || !worker.isConnected()) {
            return 2;
        }
        return worker.isSilent ? 1 : 0;
    }

    @Override
    public Optional<RunningAttempt> running(TaskRef task) {
        return state.stage(task.stage())
                .flatMap(stage ->
                        stage.holderOf(task.index())
                                .map(worker ->
                                        new RunningAttempt(
                                                worker, stage.attemptsOver.get(task.index()) + 1)));
    }

    @Override
    public List<WorkerView> workers(Instant now) {
        return state.workers.values().stream().map(worker -> view(worker, now)).toList();
    }

    @Override
    public Optional<WorkerView> worker(WorkerId worker, Instant now) {
        return state.worker(worker).map(it -> view(it, now));
    }

    private static WorkerView view(Worker worker, Instant now) {
        Duration silence = Duration.between(worker.lastHeard, now);
        WorkerState where = WorkerState.READY;
        String reason = "";
        switch (worker.link) {
            case Worker.Link.Lost lost -> {
                where = WorkerState.LOST;
                reason = lost.reason();
            }
            case Worker.Link.Disconnected gone -> {
                where = WorkerState.SUSPECT;
                reason = "its session broke; it may come back with its tasks";
            }
            case Worker.Link.Connected connected -> {
                if (worker.isSilent) {
                    where = WorkerState.SUSPECT;
                    reason = "it was not heard of for %d s".formatted(silence.toSeconds());
                } else if (worker.isDraining) {
                    where = WorkerState.DRAINING;
                    reason = "an operator drains it";
                } else if (!worker.shortage.isEmpty()) {
                    where = WorkerState.DRAINING;
                    reason = worker.shortage;
                } else if (!worker.conduct.isTrusted()) {
                    where = WorkerState.QUARANTINED;
                    reason = Explainer.describe(worker.conduct.standing(), now);
                }
            }
        }
        return new WorkerView(
                worker.id,
                worker.address,
                where,
                reason,
                worker.offer,
                worker.grantedTasks(),
                silence,
                worker.succeededCount,
                worker.failedCount);
    }

    @Override
    public ClusterView cluster() {
        int ready = 0;
        int cpuMillis = 0;
        long memoryBytes = 0;
        int gpus = 0;
        long succeeded = 0;
        for (Worker worker : state.workers.values()) {
            succeeded += worker.succeededCount;
            if (worker.isReady() && worker.conduct.isTrusted()) {
                Resources offer = worker.offer;
                ready++;
                cpuMillis += offer.cpuMillis();
                memoryBytes += offer.memoryBytes();
                gpus += offer.gpuCount();
            }
        }
        long waiting = 0;
        long running = 0;
        for (JobId id : state.active) {
            for (Stage stage : state.knownJob(id).stages) {
                waiting += stage.waiting().size();
                running += stage.grantedCount();
            }
        }
        return new ClusterView(
                ready,
                cpuMillis,
                memoryBytes,
                gpus,
                state.active.size(),
                waiting,
                running,
                succeeded);
    }

    @Override
    public ProgressChunk progress(StageRef ref, int chunk) {
        return state.stage(ref)
                .map(stage -> progress(stage, window(stage, chunk)))
                .orElse(new ProgressChunk(Map.of(), Map.of(), Ranges.empty(), List.of()));
    }

    private static Ranges window(Stage stage, int chunk) {
        int first = chunk * PROGRESS_CHUNK_SIZE;
        return Ranges.between(first, Math.min(first + PROGRESS_CHUNK_SIZE, stage.spec.taskCount()));
    }

    private static ProgressChunk progress(Stage stage, Ranges window) {
        Map<WorkerId, Ranges> succeeded = new TreeMap<>();
        Map<WorkerId, Ranges> copied = new TreeMap<>();
        List<FailedGroup> failed = new ArrayList<>();
        stage.succeededBy().forEach((id, set) -> putPart(id, set, window, succeeded));
        stage.copiedTo().forEach((id, set) -> putPart(id, set, window, copied));
        stage.failedBy().forEach((key, set) -> addPart(key, set, window, failed));
        return new ProgressChunk(succeeded, copied, stage.silent().intersection(window), failed);
    }

    private static void putPart(
            WorkerId id, RangeSet set, Ranges window, Map<WorkerId, Ranges> into) {
        Ranges part = set.intersection(window);
        if (!part.isEmpty()) {
            into.put(id, part);
        }
    }

    private static void addPart(
            Stage.FailedKey key, RangeSet set, Ranges window, List<FailedGroup> into) {
        Ranges part = set.intersection(window);
        if (!part.isEmpty()) {
            into.add(new FailedGroup(key.worker(), key.failure(), part));
        }
    }
}
