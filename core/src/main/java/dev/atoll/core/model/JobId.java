package dev.atoll.core.model;

/**
 * Names a job: 1, 2, 3, ..., given in the order of acceptance and never used again.
 *
 * @param value at least 1
 */
public record JobId(long value) implements Comparable<JobId> {
    public JobId {
        if (value < 1) {
            throw new IllegalArgumentException("a job id is at least 1, not " + value);
        }
    }

    @Override
    public int compareTo(JobId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
