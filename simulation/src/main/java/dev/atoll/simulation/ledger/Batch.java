package dev.atoll.simulation.ledger;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one commit changes. */
public record Batch(Map<LedgerKey, LedgerValue> puts, List<LedgerKey> deletes) {
    public Batch {
        puts = Collections.unmodifiableMap(new LinkedHashMap<>(puts));
        deletes = List.copyOf(deletes);
    }

    @Override
    public String toString() {
        return "%d puts %s, %d deletes".formatted(puts.size(), puts.keySet(), deletes.size());
    }
}
