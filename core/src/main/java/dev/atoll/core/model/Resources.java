package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An amount of what machines offer and tasks need.
 *
 * @param cpuMillis thousandths of a processor, at least 0
 * @param memoryBytes bytes of memory, at least 0
 * @param gpuCount whole GPUs, at least 0
 * @param labels what a worker says of itself; for a task, what a worker must say to get it
 */
public record Resources(
        int cpuMillis, long memoryBytes, int gpuCount, SortedMap<String, String> labels) {
    public Resources {
        requireNonNull(labels, "labels is null");
        if (cpuMillis < 0 || memoryBytes < 0 || gpuCount < 0) {
            throw new IllegalArgumentException(
                    "resources are at least 0: cpuMillis %d, memoryBytes %d, gpuCount %d"
                            .formatted(cpuMillis, memoryBytes, gpuCount));
        }
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** Processors only. */
    public static Resources cpu(int cpuMillis) {
        return new Resources(cpuMillis, 0, 0, Collections.emptySortedMap());
    }

    /** Whether a machine that offers this much could ever run a task that needs {@code need}. */
    public boolean covers(Resources need) {
        return cpuMillis >= need.cpuMillis
                && memoryBytes >= need.memoryBytes
                && gpuCount >= need.gpuCount
                && labels.entrySet().containsAll(need.labels.entrySet());
    }
}
