package dev.atoll.master.journal;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.proto.ledger.v1.StoredJobId;

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
 * commit and when. Pure: the caller brings the time and carries the batches. One thread owns it.
 */
public final class Journal {
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

    /** What the wire format adds to one key and value. */
    private static final int ENTRY_FRAME_BYTES_MAX = 16;

    private final long intervalNanos;
    private final BiFunction<StageRef, Integer, ProgressChunk> progress;
    private final Map<LedgerKey, Dirty> dirty = new LinkedHashMap<>();
    private final Map<JobId, Set<LedgerKey.OfJob>> keysByJob = new LinkedHashMap<>();
    private final Map<JobId, Long> acceptedAt = new LinkedHashMap<>();
    private long nextJobId;
    private long position;
    private long durablePosition;
    private boolean inFlight;
    private boolean urgent;
    private boolean first = true;
    private long takenAtNanos;

    /** A key to be written; {@code since} is the position of the first fact that made it dirty. */
    private record Dirty(long since, Content content) {}

    /** What to write. */
    private sealed interface Content {
        record Value(ByteString bytes) implements Content {}

        record PresentProgress(LedgerKey.Progress chunk) implements Content {}

        record PresentNextJobId() implements Content {}

        record Nothing() implements Content {}
    }

    /**
     * A journal that goes on from what was recovered.
     *
     * @param interval how long mere progress waits at most
     * @param progress what the scheduler knows of a chunk now
     */
    public Journal(
            Duration interval,
            Recovered recovered,
            BiFunction<StageRef, Integer, ProgressChunk> progress) {
        this.intervalNanos = interval.toNanos();
        this.progress = progress;
        this.nextJobId = recovered.nextJobId();
        recovered.keys().forEach(this::own);
        if (!recovered.orphans().isEmpty()) {
            position = 1;
            recovered.orphans().forEach(key -> mark(key, new Content.Nothing()));
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

    /** Whether a batch should be taken now. */
    public boolean isDue(long nowNanos) {
        return nanosUntilDue(nowNanos) == 0;
    }

    /** How long until a batch should be taken; at most the interval if nothing waits. */
    public long nanosUntilDue(long nowNanos) {
        if (inFlight || dirty.isEmpty()) {
            return intervalNanos;
        }
        if (urgent || first) {
            return 0;
        }
        return Math.max(0, takenAtNanos + intervalNanos - nowNanos);
    }

    /** Takes the next batch, which is in flight until {@link #committed}. */
    public CommitBatch take(long nowNanos) {
        if (inFlight || dirty.isEmpty()) {
            throw new IllegalStateException("no batch to take: in flight %s".formatted(inFlight));
        }
        Map<String, ByteString> puts = new LinkedHashMap<>();
        List<String> deletes = new ArrayList<>();
        int bytes = 0;
        var keys = dirty.entrySet().iterator();
        while (keys.hasNext() && puts.size() + deletes.size() < CommitBatch.OPERATIONS_MAX) {
            var next = keys.next();
            String key = next.getKey().text();
            Optional<ByteString> value = value(next.getValue().content());
            bytes += key.length() + value.map(ByteString::size).orElse(0) + ENTRY_FRAME_BYTES_MAX;
            if (bytes > CommitBatch.BYTES_MAX) {
                break;
            }
            value.ifPresentOrElse(v -> puts.put(key, v), () -> deletes.add(key));
            keys.remove();
        }
        inFlight = true;
        urgent &= !dirty.isEmpty();
        first = false;
        takenAtNanos = nowNanos;
        return new CommitBatch(puts, deletes);
    }

    /** The batch in flight is durable. */
    public void committed() {
        inFlight = false;
        durablePosition =
                dirty.values().stream().mapToLong(Dirty::since).min().orElse(position + 1) - 1;
        acceptedAt.values().removeIf(accepted -> accepted <= durablePosition);
    }

    private void record(Fact fact) {
        position++;
        switch (fact) {
            case Fact.JobAccepted accepted -> accept(accepted);
            case Fact.TasksSucceeded tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.TasksFailed tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.TasksReopened tasks -> progressed(tasks.stage(), tasks.tasks());
            case Fact.JobStopping stopping -> stands(stopping.job(), JobCodec.write(stopping));
            case Fact.JobReopened reopened -> stands(reopened.job(), JobCodec.open());
            case Fact.JobEnded ended -> {
                Optional.ofNullable(dirty.get(new LedgerKey.State(ended.job())))
                        .ifPresent(before -> moveToEnd(ended.job(), before));
                stands(ended.job(), JobCodec.write(ended));
            }
            case Fact.JobForgotten forgotten -> forget(forgotten.job());
        }
        if (dirty.isEmpty() && !inFlight) {
            durablePosition = position;
        }
    }

    private void accept(Fact.JobAccepted fact) {
        JobId job = fact.job();
        JobCodec.StoredJob stored = JobCodec.write(fact);
        for (int part = 1; part <= stored.parts().size(); part++) {
            put(new LedgerKey.SpecPart(job, part), stored.parts().get(part - 1));
        }
        put(new LedgerKey.Spec(job), stored.head());
        acceptedAt.put(job, position);
        nextJobId = Math.max(nextJobId, job.value() + 1);
        mark(new LedgerKey.NextJobId(), new Content.PresentNextJobId());
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
                mark(key, new Content.PresentProgress(key));
                marked = chunk;
            }
        }
    }

    private void stands(JobId job, MessageLite state) {
        put(new LedgerKey.State(job), state);
        urgent = true;
    }

    private void moveToEnd(JobId job, Dirty before) {
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
            Dirty before = dirty.remove(key);
            long since = before == null ? position : before.since();
            dirty.put(key, new Dirty(since, new Content.Nothing()));
        }
    }

    private void put(LedgerKey.OfJob key, MessageLite value) {
        own(key);
        mark(key, new Content.Value(value.toByteString()));
    }

    private void own(LedgerKey.OfJob key) {
        keysByJob.computeIfAbsent(key.job(), _ -> new LinkedHashSet<>()).add(key);
    }

    private void mark(LedgerKey key, Content content) {
        dirty.merge(
                key,
                new Dirty(position, content),
                (before, now) -> new Dirty(before.since(), now.content()));
    }

    /** The value to write; empty: the key is to be removed. */
    private Optional<ByteString> value(Content content) {
        return switch (content) {
            case Content.Value(ByteString bytes) -> Optional.of(bytes);
            case Content.PresentProgress(LedgerKey.Progress chunk) -> Optional.of(progress(chunk));
            case Content.PresentNextJobId() ->
                    Optional.of(
                            StoredJobId.newBuilder()
                                    .setNextJobId(nextJobId)
                                    .build()
                                    .toByteString());
            case Content.Nothing() -> Optional.empty();
        };
    }

    private ByteString progress(LedgerKey.Progress key) {
        ProgressChunk chunk = progress.apply(key.stage(), key.chunk());
        return ProgressCodec.write(chunk, ProgressCodec.base(key.chunk())).toByteString();
    }
}
