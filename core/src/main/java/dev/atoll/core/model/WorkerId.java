package dev.atoll.core.model;

/**
 * Names a worker; stable over its restarts.
 *
 * @param value 1 to 63 characters
 */
public record WorkerId(String value) implements Comparable<WorkerId> {
    /** The longest id, in characters. */
    public static final int LENGTH_MAX = 63;

    public WorkerId {
        if (value.isEmpty() || value.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("a worker id has 1 to 63 characters: " + value);
        }
    }

    @Override
    public int compareTo(WorkerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
