package dev.atoll.runtime.wire;

import java.time.Duration;

/** Durations, and back. */
public final class DurationWire {
    /* What a Duration in nanoseconds can hold, some 292 years, is more than anything here lasts. */
    private static final long SECONDS_MAX = Long.MAX_VALUE / 1_000_000_000L;
    private static final int NANOS_MAX = 999_999_999;

    private DurationWire() {}

    /** As a message. */
    public static com.google.protobuf.Duration toProto(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    /**
     * From a message; an absent one is zero.
     *
     * @param field what the message is called, for the exception
     * @throws MalformedMessageException if it is negative or longer than 292 years
     */
    public static Duration fromProto(com.google.protobuf.Duration message, String field) {
        long seconds = message.getSeconds();
        int nanos = message.getNanos();
        if (seconds < 0 || seconds >= SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX) {
            throw new MalformedMessageException(
                    field, "not a duration: %d s and %d ns".formatted(seconds, nanos));
        }
        return Duration.ofSeconds(seconds, nanos);
    }
}
