package dev.atoll.worker.execution;

import dev.atoll.core.model.Failure;

/** How a process ended. */
public sealed interface ProcessEnd {
    /** It exited: 0 to 255. */
    record Exited(int code) implements ProcessEnd {}

    /** A signal ended it. */
    record Signalled(int signal) implements ProcessEnd {}

    /** It says itself how it has failed, or whatever it ran in says so. */
    record Failed(Failure failure) implements ProcessEnd {}
}
