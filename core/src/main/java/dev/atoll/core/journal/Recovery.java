package dev.atoll.core.journal;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.Durability;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Fact.JobAccepted;
import dev.atoll.core.scheduler.Fact.JobEnded;
import dev.atoll.core.scheduler.Fact.JobForgotten;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.core.scheduler.Fact.OutputsCopied;
import dev.atoll.core.scheduler.Fact.TasksFailed;
import dev.atoll.core.scheduler.Fact.TasksSucceeded;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns the entries of a ledger back into facts. */
public final class Recovery {
    /* A flush that took more than one commit may have been cut off by the death of its master. Two
     * traces of that are mended here: pieces of a job whose spec was never written, or was removed
     * first, belong to nobody; and a job that ended well although the progress that led there is
     * not all here goes on, because nobody was told that it had ended. */

    private final Map<JobId, JobEntries> jobs = new TreeMap<>();
    private final List<Fact> ofWorkers = new ArrayList<>();
    private final List<LedgerKey> orphans = new ArrayList<>();
    private final List<LedgerKey.OfJob> keys = new ArrayList<>();
    private long nextJobId = 1;

    private Recovery() {}

    /** The entries of one job. */
    private static final class JobEntries {
        final Map<LedgerKey.Progress, ProgressChunk> progress =
                new TreeMap<>(
                        Comparator.comparing(LedgerKey.Progress::stage)
                                .thenComparingInt(LedgerKey.Progress::chunk));
        final List<LedgerKey.OfJob> keys = new ArrayList<>();
        Optional<JobAccepted> accepted = Optional.empty();
        Optional<Fact.OfJob> state = Optional.empty();
    }

    /** Reads every entry. */
    public static Recovered read(Map<LedgerKey, LedgerValue> entries) {
        Recovery recovery = new Recovery();
        entries.forEach(recovery::sort);
        return recovery.finish();
    }

    private void sort(LedgerKey key, LedgerValue value) {
        if (key instanceof LedgerKey.OfJob ofJob) {
            JobEntries job = jobs.computeIfAbsent(ofJob.job(), id -> new JobEntries());
            job.keys.add(ofJob);
            sort(ofJob, value, job);
        } else if (value instanceof LedgerValue.NextJobId(long next)) {
            nextJobId = Math.max(nextJobId, next);
        } else if (value instanceof LedgerValue.Enlisted(WorkerId worker)) {
            ofWorkers.add(new Fact.WorkerEnlisted(worker));
        } else if (value instanceof LedgerValue.Drained(WorkerId worker)) {
            ofWorkers.add(new Fact.WorkerDrained(worker));
        }
    }

    private static void sort(LedgerKey.OfJob key, LedgerValue value, JobEntries job) {
        switch (value) {
            case LedgerValue.Accepted(JobAccepted fact) -> job.accepted = Optional.of(fact);
            case LedgerValue.Stopping(Fact.JobStopping fact) -> job.state = Optional.of(fact);
            case LedgerValue.Ended(JobEnded fact) -> job.state = Optional.of(fact);
            case LedgerValue.Progress(ProgressChunk chunk) -> {
                if (key instanceof LedgerKey.Progress progress) {
                    job.progress.put(progress, chunk);
                }
            }
            case LedgerValue.Open _,
                    LedgerValue.Piece _,
                    LedgerValue.NextJobId _,
                    LedgerValue.Enlisted _,
                    LedgerValue.Drained _ -> {}
        }
    }

    private Recovered finish() {
        List<Fact.OfJob> facts = new ArrayList<>();
        jobs.forEach((id, job) -> {
            nextJobId = Math.max(nextJobId, id.value() + 1);
            job.accepted.ifPresentOrElse(
                    accepted -> {
                        keys.addAll(job.keys);
                        addFacts(accepted, job, facts);
                    },
                    () -> orphans.addAll(job.keys));
        });
        // Ends come last and in their order, because the earliest is the first to be forgotten.
        facts.sort(Comparator.comparing(Recovery::endTime));
        facts.addAll(0, idsUsedUp(facts));
        List<Fact> all = new ArrayList<>(ofWorkers);
        all.addAll(facts);
        return new Recovered(all, nextJobId, keys, orphans);
    }

    private static Instant endTime(Fact fact) {
        return fact instanceof JobEnded ended ? ended.wallClock() : Instant.MIN;
    }

    /** If the latest jobs are forgotten: one that has come and gone, to count on from. */
    private List<Fact.OfJob> idsUsedUp(List<Fact.OfJob> facts) {
        long latest = nextJobId - 1;
        if (latest == 0 || facts.stream().anyMatch(fact -> fact.job().value() == latest)) {
            return List.of();
        }
        JobId id = new JobId(latest);
        StageSpec stage =
                new StageSpec(
                        "forgotten",
                        1,
                        TaskTemplate.command("true"),
                        Resources.cpu(0),
                        1,
                        Optional.empty(),
                        List.of());
        JobSpec spec =
                new JobSpec(
                        "forgotten-" + latest,
                        "forgotten",
                        "nobody",
                        0,
                        List.of(stage),
                        FailurePolicy.KEEP_GOING,
                        JobSpec.BackupPolicy.NEVER,
                        Durability.ONE);
        return List.of(
                new JobAccepted(id, spec, Instant.EPOCH),
                new JobEnded(id, Outcome.CANCELLED, "forgotten", Instant.EPOCH),
                new JobForgotten(id));
    }

    private static void addFacts(JobAccepted accepted, JobEntries job, List<Fact.OfJob> facts) {
        facts.add(accepted);
        long succeeded = 0;
        for (Map.Entry<LedgerKey.Progress, ProgressChunk> entry : job.progress.entrySet()) {
            LedgerKey.Progress key = entry.getKey();
            ProgressChunk chunk = entry.getValue();
            RangeSet silent = new RangeSet(chunk.silent());
            chunk.succeeded()
                    .forEach((worker, tasks) ->
                            facts.add(
                                    new TasksSucceeded(
                                            key.stage(),
                                            worker,
                                            tasks,
                                            silent.intersection(tasks))));
            chunk.copied()
                    .forEach((worker, tasks) ->
                            facts.add(new OutputsCopied(key.stage(), worker, tasks)));
            chunk.failed()
                    .forEach(group ->
                            facts.add(
                                    new TasksFailed(
                                            key.stage(),
                                            group.worker(),
                                            group.failure(),
                                            group.tasks())));
            succeeded += chunk.succeeded().values().stream().mapToLong(t -> t.size()).sum();
        }
        boolean allSucceeded = succeeded == accepted.spec().taskCount();
        job.state.filter(fact -> !isCutOff(fact, allSucceeded)).ifPresent(facts::add);
    }

    private static boolean isCutOff(Fact state, boolean allSucceeded) {
        return state instanceof JobEnded ended
                && ended.outcome() == Outcome.SUCCEEDED
                && !allSucceeded;
    }
}
