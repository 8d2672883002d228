package dev.atoll.master.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Fact.JobAccepted;
import dev.atoll.core.scheduler.Fact.JobEnded;
import dev.atoll.core.scheduler.Fact.JobForgotten;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.core.scheduler.Fact.TasksFailed;
import dev.atoll.core.scheduler.Fact.TasksSucceeded;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.proto.ledger.v1.StoredJobId;
import dev.atoll.proto.ledger.v1.StoredProgress;
import dev.atoll.proto.ledger.v1.StoredSpec;
import dev.atoll.proto.ledger.v1.StoredSpecPart;
import dev.atoll.proto.ledger.v1.StoredState;
import dev.atoll.runtime.naming.LedgerEntry;

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
    private final List<LedgerKey> orphans = new ArrayList<>();
    private final List<LedgerKey.OfJob> keys = new ArrayList<>();
    private long nextJobId = 1;

    private Recovery() {}

    /** The entries of one job. */
    private static final class JobEntries {
        final Map<Integer, StoredSpecPart> parts = new TreeMap<>();
        final Map<LedgerKey.Progress, StoredProgress> progress =
                new TreeMap<>(
                        Comparator.comparing(LedgerKey.Progress::stage)
                                .thenComparingInt(LedgerKey.Progress::chunk));
        final List<LedgerKey.OfJob> keys = new ArrayList<>();
        Optional<StoredSpec> head = Optional.empty();
        Optional<StoredState> state = Optional.empty();

        boolean isWhole() {
            return head.isPresent() && head.get().getPartCount() == 1 + parts.size();
        }
    }

    /**
     * Reads every entry.
     *
     * @throws IllegalStateException if an entry is damaged or of a later version
     */
    public static Recovered read(List<LedgerEntry> entries) {
        Recovery recovery = new Recovery();
        for (LedgerEntry entry : entries) {
            LedgerKey key =
                    LedgerKey.parse(entry.key())
                            .orElseThrow(() -> new IllegalStateException(damaged(entry, "no key")));
            try {
                recovery.sort(key, entry.value());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(damaged(entry, "not readable"), e);
            }
        }
        return recovery.finish();
    }

    private void sort(LedgerKey key, ByteString value) throws InvalidProtocolBufferException {
        switch (key) {
            case LedgerKey.NextJobId() ->
                    nextJobId = Math.max(nextJobId, StoredJobId.parseFrom(value).getNextJobId());
            case LedgerKey.OfJob ofJob -> {
                JobEntries job = jobs.computeIfAbsent(ofJob.job(), _ -> new JobEntries());
                job.keys.add(ofJob);
                sort(ofJob, value, job);
            }
        }
    }

    private static void sort(LedgerKey.OfJob key, ByteString value, JobEntries job)
            throws InvalidProtocolBufferException {
        switch (key) {
            case LedgerKey.Spec _ -> job.head = Optional.of(StoredSpec.parseFrom(value));
            case LedgerKey.SpecPart part ->
                    job.parts.put(part.part(), StoredSpecPart.parseFrom(value));
            case LedgerKey.State _ -> job.state = Optional.of(StoredState.parseFrom(value));
            case LedgerKey.Progress chunk ->
                    job.progress.put(chunk, StoredProgress.parseFrom(value));
        }
    }

    private Recovered finish() {
        List<Fact> facts = new ArrayList<>();
        jobs.forEach((id, job) -> {
            nextJobId = Math.max(nextJobId, id.value() + 1);
            if (job.isWhole()) {
                keys.addAll(job.keys);
                addFacts(id, job, facts);
            } else {
                orphans.addAll(job.keys);
            }
        });
        facts.addAll(0, idsUsedUp(facts));
        return new Recovered(facts, nextJobId, keys, orphans);
    }

    /** If the latest jobs are forgotten: one that has come and gone, to count on from. */
    private List<Fact> idsUsedUp(List<Fact> facts) {
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
                        FailurePolicy.KEEP_GOING);
        return List.of(
                new JobAccepted(id, spec, Instant.EPOCH),
                new JobEnded(id, Outcome.CANCELLED, "forgotten", Instant.EPOCH),
                new JobForgotten(id));
    }

    private static void addFacts(JobId id, JobEntries job, List<Fact> facts) {
        JobAccepted accepted = accepted(id, job);
        facts.add(accepted);
        long succeeded = 0;
        for (Map.Entry<LedgerKey.Progress, StoredProgress> entry : job.progress.entrySet()) {
            LedgerKey.Progress key = entry.getKey();
            ProgressChunk chunk =
                    ProgressCodec.read(entry.getValue(), ProgressCodec.base(key.chunk()));
            chunk.succeeded()
                    .forEach((worker, tasks) ->
                            facts.add(new TasksSucceeded(key.stage(), worker, tasks)));
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
        job.state
                .flatMap(state -> JobCodec.read(id, state))
                .filter(fact -> !isCutOff(fact, allSucceeded))
                .ifPresent(facts::add);
    }

    private static boolean isCutOff(Fact state, boolean allSucceeded) {
        return state instanceof JobEnded ended
                && ended.outcome() == Outcome.SUCCEEDED
                && !allSucceeded;
    }

    private static JobAccepted accepted(JobId id, JobEntries job) {
        try {
            return JobCodec.read(
                    id,
                    new JobCodec.StoredJob(
                            job.head.orElseThrow(), List.copyOf(job.parts.values())));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "the stored spec of job %s is damaged".formatted(id), e);
        }
    }

    private static String damaged(LedgerEntry entry, String fault) {
        return "ledger entry \"%s\" of %d bytes: %s"
                .formatted(entry.key(), entry.value().size(), fault);
    }
}
