package dev.atoll.simulation.naming;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.CommitChain;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.ledger.PlainEntries;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One process of the naming service: knows from the store who leads, which may be old news, and
 * turns what is asked into transactions.
 */
public final class NamingReplica {
    private static final Duration WATCH_AGAIN = Duration.ofMillis(200);
    private static final Duration SUCCESSION_AGAIN = Duration.ofMillis(500);

    private final Network network;
    private final Store store;
    private final Host host;
    private final Set<Mutation> mutations;
    private final Candidacies candidacies = new Candidacies(this);
    private Election election = Election.nobody();
    private boolean isSuccessionPlanned;

    /** Who leads, as far as a replica knows. */
    public record Leader(String master, long epoch) {}

    /**
     * Where the chain of commits of an epoch stands.
     *
     * @param leadingEpoch who leads; 0 if nobody does
     */
    public record Chain(long leadingEpoch, long committed) {}

    /** A replica that is not started. */
    public NamingReplica(Network network, Store store, Host host, Set<Mutation> mutations) {
        this.network = network;
        this.store = store;
        this.host = host;
        this.mutations = Set.copyOf(mutations);
    }

    public Host host() {
        return host;
    }

    /** Starts it, with nothing. */
    public void start(double clockRate) {
        host.start(clockRate);
        election = Election.nobody();
        watch();
    }

    /** Ends it. */
    public void crash() {
        candidacies.forget();
        isSuccessionPlanned = false;
        host.crash();
        network.died(host);
    }

    private boolean has(Mutation mutation) {
        return mutations.contains(mutation);
    }

    Election election() {
        return election;
    }

    // ---- following the store

    private void watch() {
        Session<Store.WatchRequest, Election> session = network.open(host, store.host());
        session.listen(
                new Session.Receiver<>() {
                    @Override
                    public void received(Election news) {
                        election = news;
                        candidacies.changed();
                        succeed();
                    }

                    @Override
                    public void broken() {
                        host.after(WATCH_AGAIN, NamingReplica.this::watch);
                    }
                });
        store.accept(session);
        session.sendUp(new Store.WatchRequest());
    }

    /** Has the next one lead, if nobody does; tried again for as long as that is so. */
    private void succeed() {
        if (election.due().isEmpty() || isSuccessionPlanned) {
            return;
        }
        election.due().ifPresent(this::succeed);
        isSuccessionPlanned = true;
        host.after(
                SUCCESSION_AGAIN,
                () -> {
                    isSuccessionPlanned = false;
                    succeed();
                });
    }

    private void succeed(StoreEntry candidate) {
        Txn txn =
                Txn.builder()
                        .when(
                                new Txn.Compare.CreateRevision(
                                        candidate.key(), candidate.createRevision()))
                        .when(new Txn.Compare.CreateRevision(new StoreKey.Leader(), 0))
                        .put(new StoreKey.Leader(), candidate.value(), candidate.lease())
                        .delete(candidate.key())
                        .build();
        commit(txn, outcome -> {});
    }

    void commit(Txn txn, Consumer<Txn.Outcome> answered) {
        network.askForLater(host, store.host(), answer -> store.commit(txn, answer), answered);
    }

    void after(Duration delay, Runnable action) {
        host.after(delay, action);
    }

    // ---- what others ask

    /** Who leads. */
    public Optional<Leader> leader() {
        return election.leader()
                .flatMap(it ->
                        it.value() instanceof StoreValue.Address(String master)
                                ? Optional.of(new Leader(master, it.createRevision()))
                                : Optional.empty());
    }

    /** Grants a lease. */
    public void join(Consumer<Long> answered) {
        network.<Long>askForLater(host, store.host(), store::grant, answered);
    }

    /** Makes a lease last longer; false when it is over. */
    public void keepAlive(long lease, Consumer<Boolean> answered) {
        network.ask(host, store.host(), () -> store.keepAlive(lease), answered);
    }

    /** Ends a lease. */
    public void leave(long lease) {
        network.send(host, store.host(), () -> store.revoke(lease));
    }

    /** Takes in a session in which somebody stands for office. */
    public void accept(Session<Candidate, Standing> session) {
        if (host.isDown()) {
            session.refuse();
            return;
        }
        candidacies.accept(session);
    }

    /** Who stands for office. */
    public record Candidate(String master, long lease) {}

    /** Everything in the ledger. */
    public void load(Consumer<Map<LedgerKey, LedgerValue>> answered) {
        network.<Map<LedgerKey, LedgerValue>>askForLater(
                host,
                store.host(),
                store::load,
                entries -> answered.accept(PlainEntries.read(entries)));
    }

    /** Where the chain of an epoch stands. */
    public void chain(long epoch, Consumer<Chain> answered) {
        StoreKey leader = new StoreKey.Leader();
        StoreKey chain = new StoreKey.Chain(epoch);
        network.<Map<StoreKey, StoreEntry>>askForLater(
                host,
                store.host(),
                answer -> store.get(List.of(leader, chain), answer),
                found ->
                        answered.accept(
                                new Chain(
                                        Optional.ofNullable(found.get(leader))
                                                .map(StoreEntry::createRevision)
                                                .orElse(0L),
                                        Optional.ofNullable(found.get(chain))
                                                .map(StoreEntry::version)
                                                .orElse(0L))));
    }

    /** Makes a batch durable, if its sequence is the next one of the epoch that leads. */
    public void commit(
            long epoch,
            long sequence,
            Batch<LedgerValue> batch,
            Consumer<CommitChain.Answer> answered) {
        StoreKey chain = new StoreKey.Chain(epoch);
        Txn.Builder txn =
                Txn.builder()
                        .commit(new Txn.Commit(epoch, sequence, batch))
                        .put(chain, new StoreValue.Link(), 0);
        if (!has(Mutation.COMMIT_WITHOUT_FENCE)) {
            txn.when(new Txn.Compare.CreateRevision(new StoreKey.Leader(), epoch));
        }
        if (!has(Mutation.COMMIT_WITHOUT_CHAIN)) {
            txn.when(new Txn.Compare.Version(chain, sequence - 1));
        }
        batch.puts()
                .forEach((key, value) ->
                        txn.put(new StoreKey.OfLedger(key), new StoreValue.OfLedger(value), 0));
        batch.deletes().forEach(key -> txn.delete(new StoreKey.OfLedger(key)));
        if (sequence == 1) {
            sweep(epoch, txn, answered);
        } else {
            commit(txn.build(), outcome -> answered.accept(answer(epoch, outcome)));
        }
    }

    /** The first commit of an epoch removes the chains before it: nobody can add to them. */
    private void sweep(long epoch, Txn.Builder txn, Consumer<CommitChain.Answer> answered) {
        network.ask(
                host,
                store.host(),
                store::chains,
                chains -> {
                    chains.stream()
                            .filter(it -> it < epoch)
                            .forEach(it -> txn.delete(new StoreKey.Chain(it)));
                    commit(txn.build(), outcome -> answered.accept(answer(epoch, outcome)));
                });
    }

    private static CommitChain.Answer answer(long epoch, Txn.Outcome outcome) {
        if (!(outcome instanceof Txn.Outcome.CompareFailed(Map<StoreKey, StoreEntry> found))) {
            return new CommitChain.Answer.Committed();
        }
        long leading =
                Optional.ofNullable(found.get(new StoreKey.Leader()))
                        .map(StoreEntry::createRevision)
                        .orElse(0L);
        long committed =
                Optional.ofNullable(found.get(new StoreKey.Chain(epoch)))
                        .map(StoreEntry::version)
                        .orElse(0L);
        return leading == epoch
                ? new CommitChain.Answer.OutOfSequence(committed)
                : new CommitChain.Answer.Deposed();
    }
}
