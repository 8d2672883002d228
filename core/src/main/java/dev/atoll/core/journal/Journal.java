package dev.atoll.core.journal;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Remembers which keys of the ledger the facts since the last commit have changed, and says what to
 * commit and when. The caller brings the time and carries the batches. One thread owns it.
 *
 * @param <V> the form in which values are stored
 */
public final class Journal<V> {
    /* A fact's position is its number in the order of facts. Facts do not become entries one by one:
     * they make keys dirty, and a key's value is written as it is when a batch is taken, so that a
     * thousand reports about one chunk cost one write. A key keeps the position of the first fact
     * that made it dirty; everything before the lowest such position is durable once the batch in
     * flight is.
     *
     * Batches take keys in the order in which they became dirty. If one batch cannot hold them all
     * and the master dies between two, the ledger holds a part of the truth: never the end of a job
     * before the progress that led there, because an ending moves its key to the end of the line.
     *
     * Facts that somebody waits for (a job accepted, stopped, ended) are committed at once, one
     * batch in flight, which is a group commit by itself. Mere progress waits until the interval
     * since the batch before has passed, so that a million short tasks cause a few writes a second. */

    private final Rhythm rhythm;
    private final EntryWriter<V> entries;
    private final BiFunction<StageRef, Integer, ProgressChunk> progress;
    private final Map<LedgerKey, Dirty<V>> dirty = new LinkedHashMap<>();
    private final Map<JobId, Set<LedgerKey.OfJob>> keysByJob = new LinkedHashMap<>();
    private final Map<JobId, Long> acceptedAt = new LinkedHashMap<>();
    private final Map<WorkerId, Long> enlistedAt = new LinkedHashMap<>();
    private long nextJobId;
    private long position;
    private long durablePosition;
    private boolean inFlight;
    private boolean urgent;
    private boolean first = true;
    private long takenAtNanos;

    /**
     * When a batch is taken, and how much it holds.
     *
     * @param interval how long mere progress waits at most
     */
    public record Rhythm(Duration interval, Batch.Limits limits) {}

    /** A key to be written; {@code since} is the position of the first fact that made it dirty. */
    private record Dirty<V>(long since, Content<V> content) {}

    /** What to write. */
    private sealed interface Content<V> {
        record Value<V>(V value) implements Content<V> {}

        record PresentProgress<V>(LedgerKey.Progress chunk) implements Content<V> {}

        record PresentNextJobId<V>() implements Content<V> {}

        record Nothing<V>() implements Content<V> {}
    }

    /**
     * A journal that goes on from what was recovered.
     *
     * @param progress what the scheduler knows of a chunk now
     */
    public Journal(
            Rhythm rhythm,
            EntryWriter<V> entries,
            Recovered recovered,
            BiFunction<StageRef, Integer, ProgressChunk> progress) {
        this.rhythm = rhythm;
        this.entries = entries;
        this.progress = progress;
        this.nextJobId = recovered.nextJobId();
        recovered.keys().forEach(this::own);
        if (!recovered.orphans().isEmpty()) {
            position = 1;
            recovered.orphans().forEach(key -> mark(key, new Content.Nothing<>()));
        }
        durablePosition = dirty.isEmpty() ? position : 0;
    }

    /** Takes note of facts, in their order. */
    public void record(List<Fact> facts) {
        facts.forEach(this::record);
    }

    /** The number of the last fact. */
    public long position() {
        return position;
    }

    /** The number of the last fact that is durable together with all before it. */
    public long durablePosition() {
        return durablePosition;
    }

    /** The number of the fact that a job was accepted; 0 if that has long been durable. */
    public long acceptedPosition(JobId job) {
        return acceptedAt.getOrDefault(job, 0L);
    }

    /** The number of the fact that a worker was enlisted; 0 if that has long been durable. */
    public long enlistedPosition(WorkerId worker) {
        return enlistedAt.getOrDefault(worker, 0L);
    }

    /** Whether a batch should be taken now. */
    public boolean isDue(long nowNanos) {
        return nanosUntilDue(nowNanos) == 0;
    }

    /** How long until a batch should be taken; at most the interval if nothing waits. */
    public long nanosUntilDue(long nowNanos) {
        if (inFlight || dirty.isEmpty()) {
            return rhythm.interval().toNanos();
        }
        if (urgent || first) {
            return 0;
        }
        return Math.max(0, takenAtNanos + rhythm.interval().toNanos() - nowNanos);
    }

    /** Takes the next batch, which is in flight until {@link #committed}. */
    public Batch<V> take(long nowNanos) {
        if (inFlight || dirty.isEmpty()) {
            throw new IllegalStateException("no batch to take: in flight %s".formatted(inFlight));
        }
        Map<LedgerKey, V> puts = new LinkedHashMap<>();
        List<LedgerKey> deletes = new ArrayList<>();
        int bytes = 0;
        var keys = dirty.entrySet().iterator();
        while (keys.hasNext() && puts.size() + deletes.size() < rhythm.limits().operationsMax()) {
            var next = keys.next();
            LedgerKey key = next.getKey();
            Optional<V> value = value(next.getValue().content());
            bytes += value.map(v -> entries.bytes(key, v)).orElseGet(() -> entries.bytes(key));
            if (bytes > rhythm.limits().bytesMax()) {
                break;
            }
            value.ifPresentOrElse(v -> puts.put(key, v), () -> deletes.add(key));
            keys.remove();
        }
        inFlight = true;
        urgent &= !dirty.isEmpty();
        first = false;
        takenAtNanos = nowNanos;
        return new Batch<>(puts, deletes);
    }

    /** The batch in flight is durable. */
    public void committed() {
        inFlight = false;
        durablePosition =
                dirty.values().stream().mapToLong(it -> it.since()).min().orElse(position + 1) - 1;
        acceptedAt.values().removeIf(accepted -> accepted <= durablePosition);
        enlistedAt.values().removeIf(enlisted -> enlisted <= durablePosition);
    }

    private void record(Fact fact) {
        position++;
        switch (fact) {
            case Fact.JobAccepted accepted -> accept(accepted);
            case Fact.TasksSucceeded tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.OutputsCopied tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.CopiesDropped tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.TasksFailed tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.TasksReopened tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.JobStopping stopping -> stands(stopping.job(), entries.stopping(stopping));
            case Fact.JobReopened reopened -> stands(reopened.job(), entries.open(reopened.job()));
            case Fact.JobEnded ended -> {
                Optional.ofNullable(dirty.get(new LedgerKey.State(ended.job())))
                        .ifPresent(before -> moveToEnd(ended.job(), before));
                stands(ended.job(), entries.ended(ended));
            }
            case Fact.JobForgotten forgotten -> forget(forgotten.job());
            case Fact.WorkerEnlisted(WorkerId worker) -> enlist(worker);
            case Fact.WorkerDischarged(WorkerId worker) ->
                    mark(new LedgerKey.Enlisted(worker), new Content.Nothing<>());
            case Fact.WorkerDrained(WorkerId worker) -> {
                Content<V> drained = new Content.Value<>(entries.drained(worker));
                mark(new LedgerKey.Drained(worker), drained);
                urgent = true;
            }
            case Fact.WorkerResumed(WorkerId worker) -> {
                mark(new LedgerKey.Drained(worker), new Content.Nothing<>());
                urgent = true;
            }
        }
        if (dirty.isEmpty() && !inFlight) {
            durablePosition = position;
        }
    }

    private void accept(Fact.JobAccepted fact) {
        JobId job = fact.job();
        entries.accepted(fact).forEach(this::put);
        acceptedAt.put(job, position);
        nextJobId = Math.max(nextJobId, job.value() + 1);
        mark(new LedgerKey.NextJobId(), new Content.PresentNextJobId<>());
        urgent = true;
    }

    private void enlist(WorkerId worker) {
        mark(new LedgerKey.Enlisted(worker), new Content.Value<>(entries.enlisted(worker)));
        enlistedAt.put(worker, position);
        urgent = true;
    }

    private void progressed(StageRef stage, Ranges tasks) {
        int marked = -1;
        for (int k = 0; k < tasks.rangeCount(); k++) {
            int first = Math.max(marked + 1, tasks.first(k) / PROGRESS_CHUNK_SIZE);
            int last = (tasks.end(k) - 1) / PROGRESS_CHUNK_SIZE;
            for (int chunk = first; chunk <= last; chunk++) {
                LedgerKey.Progress key = new LedgerKey.Progress(stage, chunk);
                own(key);
                mark(key, new Content.PresentProgress<>(key));
                marked = chunk;
            }
        }
    }

    private void stands(JobId job, V state) {
        put(new LedgerKey.State(job), state);
        urgent = true;
    }

    private void moveToEnd(JobId job, Dirty<V> before) {
        LedgerKey key = new LedgerKey.State(job);
        dirty.remove(key);
        dirty.put(key, before);
    }

    /** Removes all keys of a job, its spec first: what is left without a spec belongs to nobody. */
    private void forget(JobId job) {
        Set<LedgerKey.OfJob> keys = keysByJob.remove(job);
        if (keys == null) {
            return;
        }
        List<LedgerKey> headFirst = new ArrayList<>(List.of(new LedgerKey.Spec(job)));
        keys.stream().filter(key -> !(key instanceof LedgerKey.Spec)).forEach(headFirst::add);
        for (LedgerKey key : headFirst) {
            Dirty<V> before = dirty.remove(key);
            long since = before == null ? position : before.since();
            dirty.put(key, new Dirty<>(since, new Content.Nothing<>()));
        }
    }

    private void put(LedgerKey.OfJob key, V value) {
        own(key);
        mark(key, new Content.Value<>(value));
    }

    private void own(LedgerKey.OfJob key) {
        keysByJob.computeIfAbsent(key.job(), _ -> new LinkedHashSet<>()).add(key);
    }

    private void mark(LedgerKey key, Content<V> content) {
        dirty.merge(
                key,
                new Dirty<>(position, content),
                (before, now) -> new Dirty<>(before.since(), now.content()));
    }

    /** The value to write; empty: the key is to be removed. */
    private Optional<V> value(Content<V> content) {
        return switch (content) {
            case Content.Value<V>(V value) -> Optional.of(value);
            case Content.PresentProgress<V>(LedgerKey.Progress key) ->
                    Optional.of(entries.progress(key, progress.apply(key.stage(), key.chunk())));
            case Content.PresentNextJobId<V>() -> Optional.of(entries.nextJobId(nextJobId));
            case Content.Nothing<V>() -> Optional.empty();
        };
    }
}
