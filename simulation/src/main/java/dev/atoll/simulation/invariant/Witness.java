package dev.atoll.simulation.invariant;

import dev.atoll.simulation.ledger.Ledger;

import java.util.List;

/** Sees everything that happens and holds every invariant against it. */
public final class Witness {
    private final List<Invariant> invariants;

    public Witness(List<Invariant> invariants) {
        this.invariants = List.copyOf(invariants);
    }

    /** Every invariant there is. */
    public static Witness ofAll(Ledger ledger, int clusterTroubleMax) {
        Witness witness =
                new Witness(
                        List.of(
                                new NoTaskLost(),
                                new AcknowledgedJobSurvives(),
                                new OneCommittedResultPerTask(),
                                new ReadersSeeTheRecordedResult(),
                                new CapacityNeverExceeded(),
                                new EpochMonotonic(),
                                new DurableBeforeVisible(),
                                new AttemptsBounded(clusterTroubleMax)));
        ledger.listen(
                (epoch, batch) -> witness.observe(new Observation.Committed(epoch, batch, ledger)));
        return witness;
    }

    /**
     * Takes note of what has happened.
     *
     * @throws InvariantViolation if it must not
     */
    public void observe(Observation observation) {
        for (Invariant invariant : invariants) {
            invariant.observe(observation);
        }
    }
}
