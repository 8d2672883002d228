package dev.atoll.cli.attached;

import dev.atoll.core.model.Failure;

import java.util.Optional;

/** How an attempt failed, in words. */
public final class FailureText {
    private FailureText() {}

    /** In a few words, such as "exit code 3" or "signal 9". */
    public static String of(Failure failure) {
        String kind =
                switch (failure.kind()) {
                    case EXIT -> "exit code " + failure.code();
                    case SIGNAL -> "signal " + failure.code();
                    case TIMEOUT -> "ran longer than its timeout";
                    case NOT_FOUND -> "command not found";
                    case NOT_EXECUTABLE -> "command cannot be executed";
                    case OUTPUT_LIMIT ->
                            "wrote more than its output limit: 256M, or what --output-limit says";
                    case OUT_OF_MEMORY -> "out of memory";
                    case CANCELLED -> "cancelled";
                    case INPUT_UNAVAILABLE -> "its input could not be read";
                    case WORKER_TROUBLE -> "the worker could not run it";
                    case WORKER_LOST -> "its worker was lost";
                    case OUTPUT_MISSING -> "did not leave all its files";
                };
        return failure.detail().isEmpty() ? kind : kind + " (" + failure.detail() + ")";
    }

    /** What to do about a program that was not found; empty if nothing comes to mind. */
    static String hint(String program) {
        return program.startsWith("./") || program.startsWith("../")
                ? " (tasks start in an empty directory: send it with --file %s)".formatted(program)
                : "";
    }

    /**
     * What to say of a task that one was attached to: nothing where its own words and its exit code
     * say all.
     */
    static Optional<String> ofAttached(Failure failure, String program) {
        return switch (failure.kind()) {
            case EXIT, SIGNAL -> Optional.empty();
            case NOT_FOUND -> Optional.of(program + ": command not found" + hint(program));
            case NOT_EXECUTABLE ->
                    Optional.of(
                            failure.detail().isEmpty()
                                    ? program + ": cannot be executed"
                                    : failure.detail());
            case TIMEOUT,
                    OUTPUT_LIMIT,
                    OUT_OF_MEMORY,
                    CANCELLED,
                    INPUT_UNAVAILABLE,
                    WORKER_TROUBLE,
                    WORKER_LOST,
                    OUTPUT_MISSING ->
                    Optional.of(program + ": " + of(failure));
        };
    }
}
