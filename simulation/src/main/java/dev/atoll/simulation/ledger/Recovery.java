package dev.atoll.simulation.ledger;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a ledger's entries tell a new leader.
 *
 * @param facts to be replayed; jobs without a spec, which a flush was cut off from, are left out
 * @param nextJobId the number of the next job
 * @param keys the entries of the jobs that are known
 * @param orphans entries that belong to no job that is known
 */
public record Recovery(
        List<Fact> facts, long nextJobId, List<LedgerKey.OfJob> keys, List<LedgerKey> orphans) {
    public Recovery {
        facts = List.copyOf(facts);
        keys = List.copyOf(keys);
        orphans = List.copyOf(orphans);
    }

    /** Reads a ledger. */
    public static Recovery read(Map<LedgerKey, LedgerValue> entries) {
        TreeMap<JobId, List<LedgerKey.OfJob>> jobs = new TreeMap<>();
        long next = 1;
        for (LedgerKey key : entries.keySet()) {
            switch (key) {
                case LedgerKey.OfJob ofJob ->
                        jobs.computeIfAbsent(ofJob.job(), id -> new ArrayList<>()).add(ofJob);
                case LedgerKey.NextJobId nextKey -> {
                    if (entries.get(nextKey) instanceof LedgerValue.NextJobId(long value)) {
                        next = Math.max(next, value);
                    }
                }
            }
        }
        List<Fact> facts = new ArrayList<>();
        List<LedgerKey.OfJob> known = new ArrayList<>();
        List<LedgerKey> orphans = new ArrayList<>();
        for (Map.Entry<JobId, List<LedgerKey.OfJob>> job : jobs.entrySet()) {
            next = Math.max(next, job.getKey().value() + 1);
            if (entries.get(new LedgerKey.Spec(job.getKey()))
                    instanceof LedgerValue.Accepted(Fact.JobAccepted accepted)) {
                known.addAll(job.getValue());
                addFacts(accepted, job.getValue(), entries, facts);
            } else {
                orphans.addAll(job.getValue());
            }
        }
        facts.addAll(0, idsUsedUp(next - 1, jobs));
        return new Recovery(facts, next, known, orphans);
    }

    private static void addFacts(
            Fact.JobAccepted accepted,
            List<LedgerKey.OfJob> keys,
            Map<LedgerKey, LedgerValue> entries,
            List<Fact> facts) {
        facts.add(accepted);
        long succeeded = 0;
        Optional<Fact> state = Optional.empty();
        for (LedgerKey.OfJob key : keys) {
            switch (entries.get(key)) {
                case LedgerValue.Progress(ProgressChunk chunk)
                        when key instanceof LedgerKey.Progress progress ->
                        succeeded += addProgress(progress, chunk, facts);
                case LedgerValue.Stopping(Fact.JobStopping fact) -> state = Optional.of(fact);
                case LedgerValue.Ended(Fact.JobEnded fact) -> state = Optional.of(fact);
                case null, default -> {}
            }
        }
        boolean isWhole = succeeded == accepted.spec().taskCount();
        state.filter(fact -> !isCutOff(fact, isWhole)).ifPresent(facts::add);
    }

    private static long addProgress(LedgerKey.Progress key, ProgressChunk chunk, List<Fact> facts) {
        long[] count = new long[1];
        chunk.succeeded()
                .forEach((worker, tasks) -> {
                    count[0] += tasks.size();
                    facts.add(new Fact.TasksSucceeded(key.stage(), worker, tasks));
                });
        chunk.failed()
                .forEach(it ->
                        facts.add(
                                new Fact.TasksFailed(
                                        key.stage(), it.worker(), it.failure(), it.tasks())));
        return count[0];
    }

    /* A job that ended well although the progress that led there is not all here goes on: nobody was
     * told that it had ended. */
    private static boolean isCutOff(Fact state, boolean isWhole) {
        return state instanceof Fact.JobEnded ended
                && ended.outcome() == Fact.Outcome.SUCCEEDED
                && !isWhole;
    }

    /** If the latest jobs are forgotten: one that has come and gone, to count on from. */
    private static List<Fact> idsUsedUp(long latest, TreeMap<JobId, ?> jobs) {
        if (latest == 0 || jobs.containsKey(new JobId(latest))) {
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
                        JobSpec.FailurePolicy.KEEP_GOING);
        return List.of(
                new Fact.JobAccepted(id, spec, Instant.EPOCH),
                new Fact.JobEnded(id, Fact.Outcome.CANCELLED, "forgotten", Instant.EPOCH),
                new Fact.JobForgotten(id));
    }
}
