package dev.atoll.master.journal;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.EntryWriter;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.proto.ledger.v1.StoredDrain;
import dev.atoll.proto.ledger.v1.StoredJobId;
import dev.atoll.proto.ledger.v1.StoredWorker;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Writes entries as the messages of ledger.proto. */
public final class StoredEntries implements EntryWriter<ByteString> {
    /** What one commit takes: the ledger's 1 MiB, less some room for its framing. */
    public static final Batch.Limits LIMITS = new Batch.Limits(100, (1 << 20) - (16 << 10));

    /** What the wire format adds to one key and value. */
    private static final int ENTRY_FRAME_BYTES_MAX = 16;

    @Override
    public SequencedMap<LedgerKey.OfJob, ByteString> accepted(Fact.JobAccepted fact) {
        JobCodec.StoredJob stored = JobCodec.write(fact);
        SequencedMap<LedgerKey.OfJob, ByteString> entries = new LinkedHashMap<>();
        for (int part = 1; part <= stored.parts().size(); part++) {
            entries.put(
                    new LedgerKey.SpecPart(fact.job(), part),
                    stored.parts().get(part - 1).toByteString());
        }
        entries.put(new LedgerKey.Spec(fact.job()), stored.head().toByteString());
        return entries;
    }

    @Override
    public ByteString open(JobId job) {
        return JobCodec.open().toByteString();
    }

    @Override
    public ByteString stopping(Fact.JobStopping fact) {
        return JobCodec.write(fact).toByteString();
    }

    @Override
    public ByteString ended(Fact.JobEnded fact) {
        return JobCodec.write(fact).toByteString();
    }

    @Override
    public ByteString progress(LedgerKey.Progress key, ProgressChunk chunk) {
        return ProgressCodec.write(chunk, ProgressCodec.base(key.chunk())).toByteString();
    }

    @Override
    public ByteString nextJobId(long next) {
        return StoredJobId.newBuilder().setNextJobId(next).build().toByteString();
    }

    @Override
    public ByteString enlisted(WorkerId worker) {
        return StoredWorker.getDefaultInstance().toByteString();
    }

    @Override
    public ByteString drained(WorkerId worker) {
        return StoredDrain.getDefaultInstance().toByteString();
    }

    @Override
    public int bytes(LedgerKey key, ByteString value) {
        return bytes(key) + value.size();
    }

    @Override
    public int bytes(LedgerKey key) {
        return KeyText.write(key).length() + ENTRY_FRAME_BYTES_MAX;
    }
}
