package dev.atoll.simulation.invariant;

/** Something that must hold whatever goes wrong. Its class's name is what a failure shows. */
public interface Invariant {
    /**
     * Takes note of what has happened.
     *
     * @throws InvariantViolation if it must not
     */
    void observe(Observation observation);
}
