package dev.atoll.master.api;

import dev.atoll.proto.job.v1.Resources;
import dev.atoll.runtime.grpc.FieldChecks;

import java.util.regex.Pattern;

/** Holds what a task needs against the limits of the contract. */
final class ResourceChecks {
    private static final int CPU_MILLIS_MAX = 1_024_000;
    private static final int GPUS_MAX = 64;
    private static final int LABELS_MAX = 32;
    private static final Pattern LABEL_KEY = Pattern.compile("[a-z0-9./-]{1,63}");
    private static final int LABEL_VALUE_LENGTH_MAX = 63;

    private final FieldChecks checks;

    ResourceChecks(FieldChecks checks) {
        this.checks = checks;
    }

    void check(Resources need, String path) {
        checks.check(
                need.getCpuMillis() >= 0 && need.getCpuMillis() <= CPU_MILLIS_MAX,
                path + ".cpu_millis",
                need.getCpuMillis(),
                "0 to 1,024,000");
        checks.check(
                need.getMemoryBytes() >= 0,
                path + ".memory_bytes",
                need.getMemoryBytes(),
                "at least 0");
        checks.check(
                need.getGpuCount() >= 0 && need.getGpuCount() <= GPUS_MAX,
                path + ".gpu_count",
                need.getGpuCount(),
                "0 to 64");
        checks.check(
                need.getLabelsCount() <= LABELS_MAX,
                path + ".labels",
                need.getLabelsCount() + " labels",
                "up to 32 labels");
        need.getLabelsMap()
                .forEach((key, value) -> {
                    checks.check(
                            LABEL_KEY.matcher(key).matches(),
                            path + ".labels",
                            key,
                            "keys of 1 to 63 characters of [a-z0-9./-]");
                    checks.check(
                            value.length() <= LABEL_VALUE_LENGTH_MAX,
                            "%s.labels[%s]".formatted(path, key),
                            value,
                            "up to 63 characters");
                });
    }
}
