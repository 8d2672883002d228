package dev.atoll.simulation.invariant;

/**
 * The ledger takes commits of the leader only, once another is elected none of a former one, and
 * each in its turn.
 */
final class NoCommitOfADeposedLeader implements Invariant {
    private long elected;
    private long committing;
    private long sequence;

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Elected(long epoch) -> elected = Math.max(elected, epoch);
            case Observation.Committed committed -> committed(committed);
            default -> {}
        }
    }

    private void committed(Observation.Committed committed) {
        require(
                committed.epoch() >= elected && committed.epoch() >= committing,
                "epoch %d has committed although %d was elected"
                        .formatted(committed.epoch(), Math.max(elected, committing)));
        if (committed.epoch() > committing) {
            committing = committed.epoch();
            sequence = 0;
        }
        sequence++;
        require(
                committed.sequence() == sequence,
                "commit %d of epoch %d was taken when it was the turn of %d"
                        .formatted(committed.sequence(), committing, sequence));
    }

    private static void require(boolean isRight, String message) {
        if (!isRight) {
            throw new InvariantViolation(NoCommitOfADeposedLeader.class, message);
        }
    }
}
