package dev.atoll.worker.segment;

/** One of the outputs of a task, in the order in which a record has them. */
public enum Channel {
    /** Standard output. */
    STDOUT,
    /** Standard error. */
    STDERR,
    /** The files that it left, in the form of the contract. */
    FILES
}
