package dev.atoll.core.journal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is written to the ledger and removed from it together.
 *
 * @param <V> the form in which values are stored
 */
public record Batch<V>(Map<LedgerKey, V> puts, List<LedgerKey> deletes) {
    public Batch {
        puts = Collections.unmodifiableMap(new LinkedHashMap<>(puts));
        deletes = List.copyOf(deletes);
    }

    /**
     * How large a batch may be.
     *
     * @param operationsMax the most writes and removals
     * @param bytesMax the most bytes; a single entry never has more
     */
    public record Limits(int operationsMax, int bytesMax) {}

    @Override
    public String toString() {
        return "%d puts %s, %d deletes".formatted(puts.size(), puts.keySet(), deletes.size());
    }
}
