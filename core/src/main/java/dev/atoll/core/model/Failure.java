package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

/**
 * How an attempt failed. Equal failures are grouped, so {@code detail} must not hold what differs
 * from task to task.
 *
 * @param kind how
 * @param code the exit code or the signal, by kind; 0 otherwise
 * @param detail what else is known, in a sentence; may be empty; cut at {@link #DETAIL_MAX}
 */
public record Failure(Kind kind, int code, String detail) implements Comparable<Failure> {
    /** The longest detail, in characters. */
    public static final int DETAIL_MAX = 256;

    /** How an attempt can fail. */
    public enum Kind {
        /** The process exited with a code other than 0. */
        EXIT,
        /** A signal ended the process. */
        SIGNAL,
        /** It ran longer than its timeout. */
        TIMEOUT,
        /** The program was not found on the worker. */
        NOT_FOUND,
        /** The program could not be executed. */
        NOT_EXECUTABLE,
        /** It wrote more than its output limit. */
        OUTPUT_LIMIT,
        /** It was killed for want of memory. */
        OUT_OF_MEMORY,
        /** It was cancelled. */
        CANCELLED,
        /** Its input could not be read. */
        INPUT_UNAVAILABLE,
        /** The worker could not run it: disk full, no process to be had. */
        WORKER_TROUBLE,
        /** Its worker was lost while it ran. */
        WORKER_LOST,
        /** It did not leave what it was to leave. */
        OUTPUT_MISSING;

        /** Whether the cluster failed and not the task: such an attempt does not count. */
        public boolean isClusterTrouble() {
            return switch (this) {
                case INPUT_UNAVAILABLE, WORKER_TROUBLE, WORKER_LOST -> true;
                case EXIT,
                        SIGNAL,
                        TIMEOUT,
                        NOT_FOUND,
                        NOT_EXECUTABLE,
                        OUTPUT_LIMIT,
                        OUT_OF_MEMORY,
                        CANCELLED,
                        OUTPUT_MISSING ->
                        false;
            };
        }
    }

    public Failure {
        requireNonNull(kind, "kind is null");
        if (detail.length() > DETAIL_MAX) {
            detail = detail.substring(0, DETAIL_MAX - 3) + "...";
        }
    }

    /** A failure that its kind says all about. */
    public static Failure of(Kind kind) {
        return new Failure(kind, 0, "");
    }

    @Override
    public int compareTo(Failure other) {
        int byKind = kind.compareTo(other.kind);
        int byCode = byKind != 0 ? byKind : Integer.compare(code, other.code);
        return byCode != 0 ? byCode : detail.compareTo(other.detail);
    }
}
