package dev.atoll.simulation.invariant;

/**
 * Once somebody else is elected, a former leader does nothing more. Promised only where clocks are
 * good; where they are not, the fence alone must do.
 */
final class OneLeaderAtATime implements Invariant {
    private long elected;

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Elected(long epoch) -> elected = Math.max(elected, epoch);
            case Observation.Acting(long epoch) -> {
                if (epoch < elected) {
                    throw new InvariantViolation(
                            OneLeaderAtATime.class,
                            "the leader of epoch %d acts although %d was elected"
                                    .formatted(epoch, elected));
                }
            }
            default -> {}
        }
    }
}
