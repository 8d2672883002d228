package dev.atoll.simulation.ledger;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.CommitChain;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.simulation.world.Host;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The one thing that never fails: who leads, and what was promised. Fenced by the epoch, chained by
 * the number of the commit.
 */
public final class Ledger {
    /** How long a leader leads without being heard. */
    public static final Duration LEASE = Duration.ofSeconds(2);

    private final Host host;
    private final boolean isFenced;
    private final Map<LedgerKey, LedgerValue> entries = new LinkedHashMap<>();
    private CommitListener listener = (epoch, batch) -> {};
    private Optional<Leader> leader = Optional.empty();
    private Instant leaseEnd = Instant.EPOCH;
    private long revision;
    private long commits;

    /** Who leads. */
    public record Leader(String master, long epoch) {}

    /**
     * Where the chain of commits of an epoch stands.
     *
     * @param leadingEpoch who leads; 0 if nobody does
     */
    public record Chain(long leadingEpoch, long committed) {}

    /** Hears of everything that has become durable. */
    public interface CommitListener {
        void committed(long epoch, Batch<LedgerValue> batch);
    }

    /**
     * An empty ledger.
     *
     * @param isFenced whether it refuses the commits of a former leader, as it must
     */
    public Ledger(Host host, boolean isFenced) {
        this.host = host;
        this.isFenced = isFenced;
    }

    /** Where it runs. */
    public Host host() {
        return host;
    }

    /** Says who hears of commits. */
    public void listen(CommitListener newListener) {
        listener = newListener;
    }

    /** Makes a master the leader if there is none; the epoch of its term. */
    public Optional<Long> campaign(String master) {
        if (leader().isPresent()) {
            return Optional.empty();
        }
        leader = Optional.of(new Leader(master, ++revision));
        leaseEnd = host.now().plus(LEASE);
        commits = 0;
        host.tell("elects", master, "epoch", revision);
        return Optional.of(revision);
    }

    /** Makes a lease last longer; false when it is over. */
    public boolean keepAlive(long epoch) {
        boolean leads = leads(epoch);
        if (leads) {
            leaseEnd = host.now().plus(LEASE);
        }
        return leads;
    }

    /** Ends the leader's lease, without a word to the leader. */
    public void depose() {
        leaseEnd = host.now();
    }

    /** Who leads now, if anybody does. */
    public Optional<Leader> leader() {
        return leader.filter(it -> host.now().isBefore(leaseEnd));
    }

    private boolean leads(long epoch) {
        return leader().filter(it -> it.epoch() == epoch).isPresent();
    }

    /**
     * Makes a batch durable.
     *
     * @param number 1, 2, 3, ... within a term
     */
    public CommitChain.Answer commit(long epoch, long number, Batch<LedgerValue> batch) {
        if (isFenced && !leads(epoch)) {
            return new CommitChain.Answer.Deposed();
        }
        if (isFenced && number != commits + 1) {
            return new CommitChain.Answer.OutOfSequence(commits);
        }
        commits = number;
        revision++;
        entries.putAll(batch.puts());
        batch.deletes().forEach(entries::remove);
        host.tell("commits", "epoch", epoch, "number", number, batch);
        listener.committed(epoch, batch);
        return new CommitChain.Answer.Committed();
    }

    /** Where the chain of an epoch stands. */
    public Chain chain(long epoch) {
        return new Chain(leader().map(Leader::epoch).orElse(0L), leads(epoch) ? commits : 0);
    }

    /** Everything, for a leader; empty when another leads. */
    public Optional<Map<LedgerKey, LedgerValue>> load(long epoch) {
        return leads(epoch) ? Optional.of(PlainEntries.read(entries)) : Optional.empty();
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
