package dev.atoll.worker.execution;

/** How a process ended. */
public sealed interface ProcessEnd {
    /** It exited: 0 to 255. */
    record Exited(int code) implements ProcessEnd {}

    /** A signal ended it. */
    record Signalled(int signal) implements ProcessEnd {}
}
