package dev.atoll.runtime.wire;

import com.google.protobuf.Timestamp;

import dev.atoll.core.model.SharedPart;

import java.time.Instant;

/** Parts of files that workers see for themselves, and back. */
public final class SharedPartWire {
    private SharedPartWire() {}

    /** As a message. */
    public static dev.atoll.proto.job.v1.SharedPart toProto(SharedPart part) {
        return dev.atoll.proto.job.v1.SharedPart.newBuilder()
                .setPath(part.path())
                .setOffset(part.offset())
                .setSizeBytes(part.sizeBytes())
                .setFileSizeBytes(part.fileBytes())
                .setModifyTime(timestamp(part.modified()))
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    /**
     * From a message.
     *
     * @throws MalformedMessageException if it is no part of any file
     */
    public static SharedPart fromProto(dev.atoll.proto.job.v1.SharedPart message) {
        return SpecWire.modelled(
                "part",
                () ->
                        new SharedPart(
                                message.getPath(),
                                message.getOffset(),
                                message.getSizeBytes(),
                                message.getFileSizeBytes(),
                                Instant.ofEpochSecond(
                                        message.getModifyTime().getSeconds(),
                                        message.getModifyTime().getNanos())));
    }
}
