package dev.atoll.simulation.ledger;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Remembers which entries of the ledger the facts since the last commit have changed, and what
 * position of the facts is durable.
 */
public final class Journal {
    /* This is the group commit of a real master in small: facts make keys dirty, a key's value is
     * written as it is when a batch is taken, and a batch holds a limited number of keys, so that
     * the death of a master between two batches leaves a part of the truth. */
    private final int batchKeysMax;
    private final BiFunction<StageRef, Integer, ProgressChunk> progress;
    private final Map<LedgerKey, Dirty> dirty = new LinkedHashMap<>();
    private final Map<JobId, Set<LedgerKey.OfJob>> keysByJob = new LinkedHashMap<>();
    private final Map<JobId, Long> acceptedAt = new LinkedHashMap<>();
    private long nextJobId;
    private long position;
    private long durablePosition;
    private boolean isInFlight;
    private boolean isUrgent;

    /** A key to be written; {@code since} is the position of the first fact that made it dirty. */
    private record Dirty(long since, Content content) {}

    /** What to write. */
    private sealed interface Content {
        record Value(LedgerValue value) implements Content {}

        record PresentProgress(LedgerKey.Progress key) implements Content {}

        record PresentNextJobId() implements Content {}

        record Nothing() implements Content {}
    }

    /** A journal that goes on from what was recovered. */
    public Journal(
            int batchKeysMax,
            Recovery recovery,
            BiFunction<StageRef, Integer, ProgressChunk> progress) {
        this.batchKeysMax = batchKeysMax;
        this.progress = progress;
        this.nextJobId = recovery.nextJobId();
        recovery.keys().forEach(this::own);
        if (!recovery.orphans().isEmpty()) {
            position = 1;
            recovery.orphans().forEach(key -> mark(key, new Content.Nothing()));
        }
    }

    /** The number of the last fact. */
    public long position() {
        return position;
    }

    /** The number of the last fact that is durable together with all before it. */
    public long durablePosition() {
        return durablePosition;
    }

    /** The position from which on a job's acceptance is durable. */
    public long acceptedAt(JobId job) {
        return acceptedAt.getOrDefault(job, 0L);
    }

    /** Whether there is something to commit and nothing is being committed. */
    public boolean isWaiting() {
        return !isInFlight && !dirty.isEmpty();
    }

    /** Whether a batch was taken and is not known to be durable. */
    public boolean isInFlight() {
        return isInFlight;
    }

    /** Whether somebody waits for it. */
    public boolean isUrgent() {
        return isUrgent;
    }

    /** Takes note of facts, in their order. */
    public void record(List<Fact> facts) {
        facts.forEach(this::record);
    }

    /** Takes the next batch, which is in flight until {@link #committed}. */
    public Batch take() {
        Map<LedgerKey, LedgerValue> puts = new LinkedHashMap<>();
        List<LedgerKey> deletes = new ArrayList<>();
        var keys = dirty.entrySet().iterator();
        while (keys.hasNext() && puts.size() + deletes.size() < batchKeysMax) {
            var next = keys.next();
            LedgerKey key = next.getKey();
            value(next.getValue().content())
                    .ifPresentOrElse(value -> puts.put(key, value), () -> deletes.add(key));
            keys.remove();
        }
        isInFlight = true;
        isUrgent &= !dirty.isEmpty();
        return new Batch(puts, deletes);
    }

    /** The batch in flight is durable. */
    public void committed() {
        isInFlight = false;
        durablePosition =
                dirty.values().stream().mapToLong(Dirty::since).min().orElse(position + 1) - 1;
    }

    private void record(Fact fact) {
        position++;
        switch (fact) {
            case Fact.JobAccepted accepted -> accept(accepted);
            case Fact.TasksSucceeded it -> progressed(it.stage(), it.tasks());
            case Fact.TasksFailed it -> progressed(it.stage(), it.tasks());
            case Fact.TasksReopened it -> progressed(it.stage(), it.tasks());
            case Fact.JobStopping it -> stands(it.job(), new LedgerValue.Stopping(it));
            case Fact.JobReopened it -> stands(it.job(), new LedgerValue.Open());
            case Fact.JobEnded it -> {
                moveToEnd(new LedgerKey.State(it.job()));
                stands(it.job(), new LedgerValue.Ended(it));
            }
            case Fact.JobForgotten forgotten -> forget(forgotten.job());
        }
        if (dirty.isEmpty() && !isInFlight) {
            durablePosition = position;
        }
    }

    private void accept(Fact.JobAccepted fact) {
        acceptedAt.put(fact.job(), position);
        put(new LedgerKey.Spec(fact.job()), new LedgerValue.Accepted(fact));
        nextJobId = Math.max(nextJobId, fact.job().value() + 1);
        mark(new LedgerKey.NextJobId(), new Content.PresentNextJobId());
        isUrgent = true;
    }

    private void progressed(StageRef stage, Ranges tasks) {
        int last = (tasks.end() - 1) / SchedulerView.PROGRESS_CHUNK_SIZE;
        for (int chunk = tasks.first() / SchedulerView.PROGRESS_CHUNK_SIZE;
                chunk <= last;
                chunk++) {
            LedgerKey.Progress key = new LedgerKey.Progress(stage, chunk);
            own(key);
            mark(key, new Content.PresentProgress(key));
        }
    }

    private void stands(JobId job, LedgerValue state) {
        put(new LedgerKey.State(job), state);
        isUrgent = true;
    }

    /** The end of a job is never written before the progress that led there. */
    private void moveToEnd(LedgerKey key) {
        Dirty before = dirty.remove(key);
        if (before != null) {
            dirty.put(key, before);
        }
    }

    /** Removes all entries of a job, its spec first: what is left without one belongs to nobody. */
    private void forget(JobId job) {
        Set<LedgerKey.OfJob> keys = keysByJob.remove(job);
        if (keys == null) {
            return;
        }
        Set<LedgerKey> specFirst = new LinkedHashSet<>();
        specFirst.add(new LedgerKey.Spec(job));
        specFirst.addAll(keys);
        for (LedgerKey key : specFirst) {
            Dirty before = dirty.remove(key);
            long since = before == null ? position : before.since();
            dirty.put(key, new Dirty(since, new Content.Nothing()));
        }
    }

    private void put(LedgerKey.OfJob key, LedgerValue value) {
        own(key);
        mark(key, new Content.Value(value));
    }

    private void own(LedgerKey.OfJob key) {
        keysByJob.computeIfAbsent(key.job(), job -> new LinkedHashSet<>()).add(key);
    }

    private void mark(LedgerKey key, Content content) {
        dirty.merge(
                key,
                new Dirty(position, content),
                (before, now) -> new Dirty(before.since(), now.content()));
    }

    /** The value to write; empty: the entry is to be removed. */
    private Optional<LedgerValue> value(Content content) {
        return switch (content) {
            case Content.Value(LedgerValue value) -> Optional.of(value);
            case Content.PresentProgress(LedgerKey.Progress key) ->
                    Optional.of(new LedgerValue.Progress(progress.apply(key.stage(), key.chunk())));
            case Content.PresentNextJobId() -> Optional.of(new LedgerValue.NextJobId(nextJobId));
            case Content.Nothing() -> Optional.empty();
        };
    }
}
