package dev.atoll.master.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.proto.ledger.v1.StoredJobId;
import dev.atoll.proto.ledger.v1.StoredProgress;
import dev.atoll.proto.ledger.v1.StoredSpec;
import dev.atoll.proto.ledger.v1.StoredSpecPart;
import dev.atoll.proto.ledger.v1.StoredState;
import dev.atoll.runtime.naming.LedgerEntry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the entries of a ledger. */
public final class LedgerReader {
    private final Map<LedgerKey, LedgerValue> values = new LinkedHashMap<>();
    private final Map<JobId, StoredSpec> heads = new TreeMap<>();
    private final Map<JobId, TreeMap<Integer, StoredSpecPart>> parts = new TreeMap<>();

    private LedgerReader() {}

    /**
     * Reads every entry.
     *
     * @throws IllegalStateException if an entry is damaged or of a later version
     */
    public static Map<LedgerKey, LedgerValue> read(List<LedgerEntry> entries) {
        LedgerReader reader = new LedgerReader();
        for (LedgerEntry entry : entries) {
            LedgerKey key =
                    KeyText.parse(entry.key())
                            .orElseThrow(() -> new IllegalStateException(damaged(entry, "no key")));
            try {
                reader.values.put(key, reader.read(key, entry.value()));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(damaged(entry, "not readable"), e);
            }
        }
        reader.heads.forEach(reader::putTogether);
        return reader.values;
    }

    private LedgerValue read(LedgerKey key, ByteString value)
            throws InvalidProtocolBufferException {
        return switch (key) {
            case LedgerKey.NextJobId() ->
                    new LedgerValue.NextJobId(StoredJobId.parseFrom(value).getNextJobId());
            case LedgerKey.Enlisted(WorkerId worker) -> new LedgerValue.Enlisted(worker);
            case LedgerKey.Drained(WorkerId worker) -> new LedgerValue.Drained(worker);
            case LedgerKey.Spec(JobId job) -> {
                heads.put(job, StoredSpec.parseFrom(value));
                yield new LedgerValue.Piece();
            }
            case LedgerKey.SpecPart(JobId job, int part) -> {
                parts.computeIfAbsent(job, _ -> new TreeMap<>())
                        .put(part, StoredSpecPart.parseFrom(value));
                yield new LedgerValue.Piece();
            }
            case LedgerKey.State(JobId job) -> state(job, StoredState.parseFrom(value));
            case LedgerKey.Progress progress ->
                    new LedgerValue.Progress(
                            ProgressCodec.read(
                                    StoredProgress.parseFrom(value),
                                    ProgressCodec.base(progress.chunk())));
        };
    }

    private static LedgerValue state(JobId job, StoredState stored) {
        return switch (JobCodec.read(job, stored).orElse(null)) {
            case Fact.JobStopping stopping -> new LedgerValue.Stopping(stopping);
            case Fact.JobEnded ended -> new LedgerValue.Ended(ended);
            case null -> new LedgerValue.Open();
            case Fact other -> throw new IllegalStateException("no state of a job: " + other);
        };
    }

    /** A spec says something once all of its pieces are here. */
    private void putTogether(JobId job, StoredSpec head) {
        TreeMap<Integer, StoredSpecPart> further = parts.getOrDefault(job, new TreeMap<>());
        if (head.getPartCount() != 1 + further.size()) {
            return;
        }
        try {
            Fact.JobAccepted accepted =
                    JobCodec.read(job, new JobCodec.StoredJob(head, List.copyOf(further.values())));
            values.put(new LedgerKey.Spec(job), new LedgerValue.Accepted(accepted));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "the stored spec of job %s is damaged".formatted(job), e);
        }
    }

    private static String damaged(LedgerEntry entry, String fault) {
        return "ledger entry \"%s\" of %d bytes: %s"
                .formatted(entry.key(), entry.value().size(), fault);
    }
}
