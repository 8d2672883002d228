package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.simulation.ledger.Ledger;

import java.util.ArrayList;
import java.util.List;

/** Sees everything that happens and holds every invariant against it. */
public final class Witness {
    private final List<Invariant> invariants;

    public Witness(List<Invariant> invariants) {
        this.invariants = List.copyOf(invariants);
    }

    /**
     * What is promised in one world and not in another.
     *
     * @param clusterTroubleMax after so many attempts that the cluster lost, a task fails
     * @param areLeasesHonest whether clocks are good enough that a leader knows when it leads no
     *     more
     * @param areWorkersSpared whether nothing ever happens to a worker
     */
    public record Promises(
            int clusterTroubleMax, boolean areLeasesHonest, boolean areWorkersSpared) {}

    /** Every invariant that must hold in a world. */
    public static Witness ofAll(Ledger ledger, Promises promises) {
        List<Invariant> invariants = new ArrayList<>();
        invariants.add(new NoTaskLost());
        invariants.add(new AcknowledgedJobSurvives());
        invariants.add(new OneCommittedResultPerTask());
        invariants.add(new ReadersSeeTheRecordedResult());
        invariants.add(new ResultsHaveTwoHolders());
        invariants.add(new CapacityNeverExceeded());
        invariants.add(new FencesAreUnique());
        invariants.add(new EpochMonotonic());
        invariants.add(new OneLeaderPerEpoch());
        invariants.add(new NoCommitOfADeposedLeader());
        invariants.add(new DurableBeforeVisible());
        invariants.add(new AttemptsBounded(promises.clusterTroubleMax()));
        if (promises.areLeasesHonest()) {
            invariants.add(new OneLeaderAtATime());
        }
        if (promises.areWorkersSpared()) {
            invariants.add(new LossOfMastersRerunsNothing());
        }
        Witness witness = new Witness(invariants);
        ledger.listen(
                new Ledger.Listener() {
                    @Override
                    public void elected(long epoch) {
                        witness.observe(new Observation.Elected(epoch));
                    }

                    @Override
                    public void committed(long epoch, long sequence, Batch<LedgerValue> batch) {
                        witness.observe(new Observation.Committed(epoch, sequence, batch, ledger));
                    }
                });
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
