package dev.atoll.master.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Fact.JobAccepted;
import dev.atoll.core.scheduler.Fact.JobEnded;
import dev.atoll.core.scheduler.Fact.JobStopping;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.proto.job.v1.JobSpec;
import dev.atoll.proto.ledger.v1.StoredSpec;
import dev.atoll.proto.ledger.v1.StoredSpecPart;
import dev.atoll.proto.ledger.v1.StoredState;
import dev.atoll.runtime.wire.SpecWire;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes what was submitted and where a job stands as values of the ledger, and reads them. */
final class JobCodec {
    /** The longest piece of a spec, in bytes. */
    static final int PIECE_BYTES_MAX = 192 * 1024;

    private JobCodec() {}

    /** The pieces of a spec: the head and, for a long one, further parts. */
    record StoredJob(StoredSpec head, List<StoredSpecPart> parts) {}

    static StoredJob write(JobAccepted fact) {
        ByteString content = SpecWire.toProto(fact.spec()).toByteString();
        List<StoredSpecPart> parts = new ArrayList<>();
        for (int at = PIECE_BYTES_MAX; at < content.size(); at += PIECE_BYTES_MAX) {
            ByteString piece =
                    content.substring(at, Math.min(content.size(), at + PIECE_BYTES_MAX));
            parts.add(StoredSpecPart.newBuilder().setContent(piece).build());
        }
        StoredSpec head =
                StoredSpec.newBuilder()
                        .setRequestId(fact.spec().requestId())
                        .setCreateTime(timestamp(fact.wallClock()))
                        .setPartCount(1 + parts.size())
                        .setContent(content.substring(0, Math.min(content.size(), PIECE_BYTES_MAX)))
                        .build();
        return new StoredJob(head, parts);
    }

    static JobAccepted read(JobId job, StoredJob stored) throws InvalidProtocolBufferException {
        ByteString content = stored.head().getContent();
        for (StoredSpecPart part : stored.parts()) {
            content = content.concat(part.getContent());
        }
        return new JobAccepted(
                job,
                SpecWire.fromProto(JobSpec.parseFrom(content), stored.head().getRequestId()),
                instant(stored.head().getCreateTime()));
    }

    static StoredState open() {
        return StoredState.newBuilder().setKind(StoredState.Kind.KIND_OPEN).build();
    }

    static StoredState write(JobStopping fact) {
        return StoredState.newBuilder()
                .setKind(StoredState.Kind.KIND_STOPPING)
                .setOutcome(write(fact.outcome()))
                .setReason(fact.reason())
                .build();
    }

    static StoredState write(JobEnded fact) {
        return StoredState.newBuilder()
                .setKind(StoredState.Kind.KIND_ENDED)
                .setOutcome(write(fact.outcome()))
                .setReason(fact.reason())
                .setEndTime(timestamp(fact.wallClock()))
                .build();
    }

    /** The fact that leads to a state; empty for an open job. */
    static Optional<Fact> read(JobId job, StoredState stored) {
        return switch (stored.getKind()) {
            case KIND_OPEN -> Optional.empty();
            case KIND_STOPPING ->
                    Optional.of(
                            new JobStopping(job, read(stored.getOutcome()), stored.getReason()));
            case KIND_ENDED ->
                    Optional.of(
                            new JobEnded(
                                    job,
                                    read(stored.getOutcome()),
                                    stored.getReason(),
                                    instant(stored.getEndTime())));
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalStateException(
                            "job %s has a state that this version does not know".formatted(job));
        };
    }

    private static StoredState.Outcome write(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> StoredState.Outcome.OUTCOME_SUCCEEDED;
            case FAILED -> StoredState.Outcome.OUTCOME_FAILED;
            case CANCELLED -> StoredState.Outcome.OUTCOME_CANCELLED;
        };
    }

    private static Outcome read(StoredState.Outcome outcome) {
        return switch (outcome) {
            case OUTCOME_SUCCEEDED -> Outcome.SUCCEEDED;
            case OUTCOME_FAILED -> Outcome.FAILED;
            case OUTCOME_CANCELLED -> Outcome.CANCELLED;
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalStateException(
                            "a stored outcome is not known to this version: " + outcome);
        };
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
