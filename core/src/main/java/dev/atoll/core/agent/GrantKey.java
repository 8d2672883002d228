package dev.atoll.core.agent;

import dev.atoll.core.model.StageRef;

import java.util.Comparator;

/** What tasks of one grant have in common. */
record GrantKey(StageRef stage, long epoch, int attempt) implements Comparable<GrantKey> {
    private static final Comparator<GrantKey> ORDER =
            Comparator.comparing(GrantKey::stage)
                    .thenComparingLong(GrantKey::epoch)
                    .thenComparingInt(GrantKey::attempt);

    @Override
    public int compareTo(GrantKey other) {
        return ORDER.compare(this, other);
    }
}
