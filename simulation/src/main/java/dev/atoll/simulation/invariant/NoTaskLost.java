package dev.atoll.simulation.invariant;

/** Every task is in exactly one place, and every mind's own books agree with each other. */
final class NoTaskLost implements Invariant {
    @Override
    public void observe(Observation observation) {
        try {
            switch (observation) {
                case Observation.Decided decided -> decided.scheduler().validate();
                case Observation.AgentHandled handled -> handled.agent().validate();
                default -> {}
            }
        } catch (IllegalStateException e) {
            throw new InvariantViolation(NoTaskLost.class, e);
        }
    }
}
