package dev.atoll.runtime.naming;

import com.google.protobuf.Duration;

/** Durations as the contracts write them. */
final class Durations {
    private Durations() {}

    static java.time.Duration toJava(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    static Duration toProto(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
