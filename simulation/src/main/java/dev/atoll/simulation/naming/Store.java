package dev.atoll.simulation.naming;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The store behind the naming service: keys, revisions, transactions and leases, on a disk. It
 * forgets nothing that it has confirmed.
 */
public final class Store {
    /* A change is made in memory at once and answered when it is on the disk, as is everything that
     * was read meanwhile, for it may rest on the change. A crash keeps some of the changes that were
     * on their way to the disk, the oldest first, and loses the others: nobody was told of either.
     * Leases begin anew after a start. */

    private final Setting setting;
    private final Network network;
    private final Ledger ledger;
    private final Host host;
    private final Dice dice;
    private final KeySpace keys = new KeySpace();
    private final ArrayDeque<Answer> waiting = new ArrayDeque<>();
    private final Map<Long, Long> leaseRounds = new TreeMap<>();
    private final List<Session<WatchRequest, Election>> watchers = new ArrayList<>();
    private long changes;
    private long durableChanges;
    private boolean isSyncing;
    private Duration syncMax;

    /**
     * How a store is.
     *
     * @param lease how long a lease lives without a sign of life
     * @param syncMax how long a sync takes at most
     */
    public record Setting(Duration lease, Duration syncMax, Set<Mutation> mutations) {}

    /** What waits until as many changes are durable. */
    private record Answer(long change, Runnable action) {}

    /** What somebody says who wants to hear who leads and who waits. */
    record WatchRequest() {}

    /** A store that is not started. */
    public Store(Setting setting, Network network, Ledger ledger, Host host, Dice dice) {
        this.setting = setting;
        this.network = network;
        this.ledger = ledger;
        this.host = host;
        this.dice = dice;
        this.syncMax = setting.syncMax();
    }

    public Host host() {
        return host;
    }

    /** Starts it with what is on its disk. */
    public void start(double clockRate) {
        host.start(clockRate);
        syncMax = setting.syncMax();
        keys.leases().forEach(this::renew);
        publish();
    }

    /** Ends it, with or without power for its machine. */
    public void crash() {
        int kept = dice.between(0, keys.unsafe());
        boolean hasChangedElection = false;
        while (keys.unsafe() > kept) {
            keys.undoNewest();
        }
        while (keys.unsafe() > 0) {
            hasChangedElection |= keep();
        }
        host.tell("keeps", kept, "changes, of an election:", hasChangedElection);
        changes = durableChanges;
        waiting.clear();
        leaseRounds.clear();
        watchers.clear();
        isSyncing = false;
        host.crash();
        network.died(host);
    }

    /** Makes syncs take so long. */
    public void slowDown(Duration newSyncMax) {
        syncMax = newSyncMax;
    }

    /** Makes syncs as fast as they were. */
    public void speedUp() {
        syncMax = setting.syncMax();
    }

    /** Ends the leader's lease, without a word to the leader. */
    public void depose() {
        keys.election().leader().ifPresent(it -> end(it.lease()));
    }

    // ---- what the replicas ask

    void commit(Txn txn, Consumer<Txn.Outcome> answered) {
        Txn.Outcome outcome = keys.commit(txn);
        if (outcome instanceof Txn.Outcome.Committed) {
            changed();
        }
        answer(() -> answered.accept(outcome));
    }

    void grant(Consumer<Long> answered) {
        long lease = keys.grant();
        changed();
        renew(lease);
        answer(() -> answered.accept(lease));
    }

    boolean keepAlive(long lease) {
        boolean isThere = keys.hasLease(lease);
        if (isThere) {
            renew(lease);
        }
        return isThere;
    }

    void revoke(long lease) {
        end(lease);
    }

    void get(List<StoreKey> wanted, Consumer<Map<StoreKey, StoreEntry>> answered) {
        Map<StoreKey, StoreEntry> found = new LinkedHashMap<>();
        wanted.forEach(key -> keys.get(key).ifPresent(entry -> found.put(key, entry)));
        answer(() -> answered.accept(found));
    }

    void load(Consumer<Map<LedgerKey, LedgerValue>> answered) {
        Map<LedgerKey, LedgerValue> found = new LinkedHashMap<>();
        for (StoreEntry entry : keys.all()) {
            if (entry.key() instanceof StoreKey.OfLedger(LedgerKey key)
                    && entry.value() instanceof StoreValue.OfLedger(LedgerValue value)) {
                found.put(key, value);
            }
        }
        answer(() -> answered.accept(found));
    }

    List<Long> chains() {
        return keys.all().stream()
                .flatMap(it ->
                        it.key() instanceof StoreKey.Chain(long epoch)
                                ? Optional.of(epoch).stream()
                                : Optional.<Long>empty().stream())
                .toList();
    }

    /** Takes in a session in which somebody wants to hear who leads and who waits. */
    void accept(Session<WatchRequest, Election> session) {
        if (host.isDown()) {
            session.refuse();
            return;
        }
        session.serve(
                new Session.Receiver<>() {
                    @Override
                    public void received(WatchRequest request) {
                        watchers.add(session);
                        if (!keys.isElectionUnsafe()) {
                            session.sendDown(keys.election());
                        }
                    }

                    @Override
                    public void broken() {
                        watchers.remove(session);
                    }
                });
    }

    // ---- leases

    private void renew(long lease) {
        long round = leaseRounds.merge(lease, 1L, Long::sum);
        host.after(
                setting.lease(),
                () -> {
                    if (leaseRounds.getOrDefault(lease, 0L) == round) {
                        end(lease);
                    }
                });
    }

    private void end(long lease) {
        leaseRounds.remove(lease);
        if (keys.end(lease)) {
            host.tell("ends lease", lease);
            changed();
            answer(() -> {});
        }
    }

    // ---- the disk

    private void changed() {
        changes++;
    }

    private void answer(Runnable action) {
        if (changes == durableChanges || setting.mutations().contains(Mutation.STORE_IN_MEMORY)) {
            action.run();
        } else {
            waiting.addLast(new Answer(changes, action));
        }
        sync();
    }

    private void sync() {
        if (isSyncing || changes == durableChanges) {
            return;
        }
        isSyncing = true;
        long upTo = changes;
        host.after(dice.between(Duration.ZERO, syncMax), () -> synced(upTo));
    }

    private void synced(long upTo) {
        isSyncing = false;
        boolean hasChangedElection = false;
        while (durableChanges < upTo) {
            hasChangedElection |= keep();
        }
        if (hasChangedElection) {
            publish();
        }
        while (!waiting.isEmpty() && waiting.getFirst().change() <= durableChanges) {
            waiting.removeFirst().action().run();
        }
        sync();
    }

    private boolean keep() {
        KeySpace.Kept kept = keys.keepOldest();
        durableChanges++;
        kept.commit()
                .ifPresent(it -> {
                    host.tell("commits", "epoch", it.epoch(), "number", it.sequence(), it.batch());
                    ledger.committed(it.epoch(), it.sequence(), it.batch());
                });
        return kept.isOfElection();
    }

    /** Tells who leads and who waits; if that is on its way to the disk, the next sync tells. */
    private void publish() {
        if (keys.isElectionUnsafe()) {
            return;
        }
        Election election = keys.election();
        election.leader().ifPresent(it -> ledger.elected(it.createRevision()));
        host.tell("sees", election);
        watchers.forEach(it -> it.sendDown(election));
    }
}
