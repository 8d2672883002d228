package dev.atoll.simulation.ledger;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is durable of the ledger: seen by those who judge, not by those who take part. */
public final class Ledger {
    private final Map<LedgerKey, LedgerValue> entries = new LinkedHashMap<>();
    private Listener listener =
            new Listener() {
                @Override
                public void elected(long epoch) {}

                @Override
                public void committed(long epoch, long sequence, Batch<LedgerValue> batch) {}
            };

    /** Hears of everything that has become durable. */
    public interface Listener {
        /** Somebody leads; told again and again. */
        void elected(long epoch);

        /** A batch was written. */
        void committed(long epoch, long sequence, Batch<LedgerValue> batch);
    }

    /** Says who hears of what has become durable. */
    public void listen(Listener newListener) {
        listener = newListener;
    }

    /** Somebody leads for sure. */
    public void elected(long epoch) {
        listener.elected(epoch);
    }

    /** A batch is durable. */
    public void committed(long epoch, long sequence, Batch<LedgerValue> batch) {
        entries.putAll(batch.puts());
        batch.deletes().forEach(entries::remove);
        listener.committed(epoch, sequence, batch);
    }

    /** What is durable now. */
    public Map<LedgerKey, LedgerValue> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** What one entry says. */
    public Optional<LedgerValue> entry(LedgerKey key) {
        return Optional.ofNullable(entries.get(key));
    }
}
