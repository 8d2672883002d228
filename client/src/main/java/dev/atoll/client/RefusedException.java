package dev.atoll.client;

/** The request was understood, but the state of the cluster or of the job does not allow it. */
public final class RefusedException extends AtollException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean passing;

    RefusedException(String message, String reason, boolean passing, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.passing = passing;
    }

    /** Why, in UPPER_SNAKE, such as JOB_ACTIVE or TOO_MANY_JOBS; empty if the cluster gave none. */
    public String reason() {
        return reason;
    }

    /** Whether the same request may be accepted later: a limit was reached, not a rule broken. */
    public boolean passing() {
        return passing;
    }
}
