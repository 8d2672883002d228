package dev.atoll.simulation.naming;

/** How a candidate stands. */
public sealed interface Standing {
    /** Another leads, or nobody does yet. */
    record Waiting() implements Standing {}

    /** It leads. */
    record Elected(long epoch) implements Standing {}

    /** It neither leads nor waits any more; the last that it hears. */
    record Deposed() implements Standing {}
}
