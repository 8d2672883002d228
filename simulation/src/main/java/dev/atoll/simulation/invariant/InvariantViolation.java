package dev.atoll.simulation.invariant;

/** The news that something happened which must never happen. */
public final class InvariantViolation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String invariant;

    public InvariantViolation(Class<?> invariant, String message) {
        super(message);
        this.invariant = invariant.getSimpleName();
    }

    public InvariantViolation(Class<?> invariant, Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.invariant = invariant.getSimpleName();
    }

    /** The name of the invariant. */
    public String invariant() {
        return invariant;
    }
}
