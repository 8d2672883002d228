package dev.atoll.worker.segment;

/** One of the two outputs of a task. */
public enum Channel {
    /** Standard output. */
    STDOUT,
    /** Standard error. */
    STDERR
}
