package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that a scheduler knows. Jobs, the roster and drains change by facts only; all else of workers
 * is soft.
 */
final class State {
    final SchedulerLimits limits;
    final NavigableMap<JobId, Job> jobs = new TreeMap<>();
    final NavigableSet<JobId> active = new TreeSet<>();

    /** Active jobs that come after other jobs. */
    final NavigableSet<JobId> following = new TreeSet<>();

    /** Active jobs that tasks have submitted. */
    final NavigableSet<JobId> children = new TreeSet<>();

    /** When active jobs must have ended. */
    final Deadlines deadlines = new Deadlines();

    /** Jobs that have ended, the earliest end first. */
    final Set<JobId> ended = new LinkedHashSet<>();

    final Map<String, JobId> jobsByRequest = new TreeMap<>();
    final NavigableMap<WorkerId, Worker> workers = new TreeMap<>();

    /** Soft, as all that is about workers. */
    Optional<Vacancies.KeptFree> keptFree = Optional.empty();

    /** The workers that may run something, whether they are linked at the moment or not. */
    final NavigableSet<WorkerId> roster = new TreeSet<>();

    /** The workers that an operator wants to get no new tasks. */
    final NavigableSet<WorkerId> drained = new TreeSet<>();

    /** Trusted workers on which several attempts have failed and none succeeded since. */
    final NavigableSet<WorkerId> suspects = new TreeSet<>();

    long activeTaskCount;
    private long lastJobId;

    State(SchedulerLimits limits) {
        this.limits = limits;
    }

    JobId nextJobId() {
        return new JobId(lastJobId + 1);
    }

    Optional<Job> job(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    Optional<Stage> stage(StageRef ref) {
        return job(ref.job())
                .filter(job -> ref.stage() < job.stages.size())
                .map(job -> job.stages.get(ref.stage()));
    }

    Optional<Worker> worker(WorkerId id) {
        return Optional.ofNullable(workers.get(id));
    }

    /** The worker; a new one if it is not known. */
    Worker workerOrNew(WorkerId id, Worker.Link link, Instant now) {
        return workers.computeIfAbsent(
                id,
                _ -> {
                    Worker worker = new Worker(id, link, now);
                    worker.isDraining = drained.contains(id);
                    return worker;
                });
    }

    /** The job of a fact or of a stage that is known to exist. */
    Job knownJob(JobId id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw new IllegalStateException("job %s is not known".formatted(id));
        }
        return job;
    }

    /** Jobs that have not ended; a copy, so that they may end meanwhile. */
    List<Job> activeJobs() {
        return active.stream().map(this::knownJob).toList();
    }

    void apply(Fact fact) {
        switch (fact) {
            case Fact.JobAccepted accepted -> accept(accepted);
            case Fact.TasksSucceeded succeeded ->
                    knownStage(succeeded.stage())
                            .succeed(succeeded.worker(), succeeded.tasks(), succeeded.silent());
            case Fact.TasksFailed failed ->
                    knownStage(failed.stage())
                            .fail(failed.worker(), failed.failure(), failed.tasks());
            case Fact.OutputsCopied copied ->
                    knownStage(copied.stage()).copied(copied.worker(), copied.tasks());
            case Fact.CopiesDropped dropped ->
                    knownStage(dropped.stage()).copiesDropped(dropped.worker(), dropped.tasks());
            case Fact.TasksReopened reopened ->
                    knownStage(reopened.stage()).reopen(reopened.tasks());
            case Fact.JobStopping stopping ->
                    knownJob(stopping.job())
                            .status(new Job.Status.Stopping(stopping.outcome(), stopping.reason()));
            case Fact.JobEnded jobEnded -> end(jobEnded);
            case Fact.JobReopened reopened -> reopen(knownJob(reopened.job()));
            case Fact.JobForgotten forgotten -> forget(knownJob(forgotten.job()));
            case Fact.WorkerEnlisted(WorkerId worker) -> roster.add(worker);
            case Fact.WorkerDischarged(WorkerId worker) -> roster.remove(worker);
            case Fact.WorkerDrained(WorkerId worker) -> {
                drained.add(worker);
                worker(worker).ifPresent(it -> it.isDraining = true);
            }
            case Fact.WorkerResumed(WorkerId worker) -> {
                drained.remove(worker);
                worker(worker).ifPresent(it -> it.isDraining = false);
            }
        }
    }

    private Stage knownStage(StageRef ref) {
        return knownJob(ref.job()).stages.get(ref.stage());
    }

    private void accept(Fact.JobAccepted accepted) {
        Job job = new Job(accepted.job(), accepted.spec(), accepted.wallClock());
        jobs.put(job.id, job);
        jobsByRequest.put(job.spec.requestId(), job.id);
        lastJobId = Math.max(lastJobId, job.id.value());
        activate(job);
    }

    private void end(Fact.JobEnded fact) {
        Job job = knownJob(fact.job());
        job.status(new Job.Status.Ended(fact.outcome(), fact.reason(), fact.wallClock()));
        ended.add(job.id);
        job.stages.forEach(stage -> {
            stage.stopping.clear();
            stage.starts.clear();
            stage.near.forget();
        });
        following.remove(job.id);
        children.remove(job.id);
        deadlines.remove(job);
        if (active.remove(job.id)) {
            activeTaskCount -= job.spec.taskCount();
        }
    }

    private void reopen(Job job) {
        ended.remove(job.id);
        job.status(new Job.Status.Active());
        activate(job);
    }

    private void activate(Job job) {
        if (!job.spec.after().isEmpty()) {
            following.add(job.id);
        }
        if (job.spec.parent().isPresent()) {
            children.add(job.id);
        }
        deadlines.add(job);
        if (active.add(job.id)) {
            activeTaskCount += job.spec.taskCount();
        }
    }

    private void forget(Job job) {
        ended.remove(job.id);
        jobs.remove(job.id);
        jobsByRequest.remove(job.spec.requestId());
    }
}
