package dev.atoll.cli.shell;

import dev.atoll.core.model.Failure;

import java.util.Optional;

/** What the command says to the shell at its end. */
public final class ExitCode {
    /** Everything went well. */
    public static final int OK = 0;

    /** It was done and failed: a task of a map, a job waited for. */
    public static final int FAILED = 1;

    /** What was asked for cannot be done as it is written. */
    public static final int USAGE = 2;

    /** No cluster is there (EX_UNAVAILABLE). */
    public static final int NO_CLUSTER = 69;

    /** Not now; the same command may succeed later (EX_TEMPFAIL). */
    public static final int TRY_AGAIN = 75;

    /** The task ran longer than its timeout, as timeout(1) says it. */
    public static final int TIMEOUT = 124;

    /** The program cannot be executed, as a shell says it. */
    public static final int NOT_EXECUTABLE = 126;

    /** The program was not found, as a shell says it. */
    public static final int NOT_FOUND = 127;

    /** Nobody reads standard output any more: 128 + SIGPIPE. */
    public static final int BROKEN_PIPE = 141;

    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private ExitCode() {}

    /** A process that a signal ended, as a shell says it. */
    public static int ofSignal(int number) {
        return SIGNAL_BASE + number;
    }

    /** A task that ended like this, as if it had run here. */
    public static int of(Optional<Failure> failure) {
        return failure.map(ExitCode::of).orElse(OK);
    }

    private static int of(Failure failure) {
        return switch (failure.kind()) {
            case EXIT -> failure.code();
            case SIGNAL -> ofSignal(failure.code());
            case TIMEOUT -> TIMEOUT;
            case NOT_FOUND -> NOT_FOUND;
            case NOT_EXECUTABLE -> NOT_EXECUTABLE;
            case OUTPUT_LIMIT, OUTPUT_MISSING -> FAILED;
            case OUT_OF_MEMORY -> ofSignal(SIGKILL);
            case CANCELLED -> ofSignal(SIGTERM);
            case INPUT_UNAVAILABLE, WORKER_TROUBLE, WORKER_LOST -> TRY_AGAIN;
        };
    }
}
