package dev.atoll.simulation.invariant;

import java.util.LinkedHashMap;
import java.util.Map;

/** An epoch is one term of one master: no other master, and no later term, ever acts under it. */
final class OneLeaderPerEpoch implements Invariant {
    private final Map<Long, String> masters = new LinkedHashMap<>();

    @Override
    public void observe(Observation observation) {
        if (observation instanceof Observation.TermBegun(String master, long epoch)) {
            String before = masters.putIfAbsent(epoch, master);
            if (before != null) {
                throw new InvariantViolation(
                        OneLeaderPerEpoch.class,
                        "epoch %d was led by %s and now is by %s".formatted(epoch, before, master));
            }
        }
    }
}
