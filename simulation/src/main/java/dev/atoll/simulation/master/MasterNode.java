package dev.atoll.simulation.master;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.journal.Recovery;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.core.time.LeaseRhythm;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Witness;
import dev.atoll.simulation.naming.NamingClient;
import dev.atoll.simulation.naming.NamingReplica;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A master's process: it stands for office, leads while its lease lives, and stands again. */
public final class MasterNode {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LOAD_PATIENCE = Duration.ofMillis(400);

    private final Setting setting;
    private final Network network;
    private final NamingClient naming;
    private final Witness witness;
    private final Host host;
    private Optional<Candidacy> candidacy = Optional.empty();
    private Optional<Term> term = Optional.empty();
    private Map<LedgerKey, LedgerValue> early = Map.of();

    /**
     * What a master is told when it is started.
     *
     * @param commitInterval how long mere progress waits for others
     * @param batchKeysMax the most entries of one commit
     * @param lease how long its lease outlives its last sign of life
     */
    public record Setting(
            SchedulerLimits limits,
            Duration commitInterval,
            int batchKeysMax,
            Duration lease,
            Set<Mutation> mutations) {}

    /** A master that is not started. */
    public MasterNode(
            Setting setting, Network network, NamingClient naming, Witness witness, Host host) {
        this.setting = setting;
        this.network = network;
        this.naming = naming;
        this.witness = witness;
        this.host = host;
    }

    /** Where it runs. */
    public Host host() {
        return host;
    }

    /** Starts it. */
    public void start(double clockRate) {
        host.start(clockRate);
        candidacy = Optional.empty();
        stand();
    }

    /** Kills it. */
    public void crash() {
        term = Optional.empty();
        candidacy = Optional.empty();
        host.crash();
        network.died(host);
    }

    // ---- office

    private void stand() {
        Following following = new Following();
        Candidacy begun =
                new Candidacy(
                        host,
                        naming,
                        new LeaseRhythm(setting.lease()),
                        setting.mutations(),
                        following);
        following.candidacy = Optional.of(begun);
        candidacy = Optional.of(begun);
        if (has(Mutation.LOAD_BEFORE_ELECTION)) {
            naming.<Map<LedgerKey, LedgerValue>>ask(
                    LOAD_PATIENCE, NamingReplica::load, entries -> early = entries, () -> {});
        }
        begun.begin();
    }

    /** Follows one candidacy. */
    private final class Following implements Candidacy.Listener {
        private Optional<Candidacy> candidacy = Optional.empty();
        private boolean isElected;

        @Override
        public void elected(long epoch) {
            if (!isElected) {
                isElected = true;
                load(epoch);
            }
        }

        private boolean isHeld() {
            return candidacy.filter(Candidacy::isHeld).isPresent();
        }

        private void load(long epoch) {
            if (!isHeld()) {
                return;
            }
            naming.<NamingReplica.Chain>ask(
                    LOAD_PATIENCE,
                    (replica, answer) -> replica.chain(epoch, answer),
                    chain -> {
                        if (chain.leadingEpoch() == epoch) {
                            load(epoch, chain.committed());
                        } else {
                            host.after(PAUSE, () -> load(epoch));
                        }
                    },
                    () -> host.after(PAUSE, () -> load(epoch)));
        }

        private void load(long epoch, long committed) {
            if (!isHeld()) {
                return;
            }
            naming.<Map<LedgerKey, LedgerValue>>ask(
                    LOAD_PATIENCE,
                    NamingReplica::load,
                    entries -> {
                        if (isHeld()) {
                            lead(epoch, committed, entries);
                        }
                    },
                    () -> host.after(PAUSE, () -> load(epoch)));
        }

        @Override
        public void over(String reason) {
            term.ifPresent(it -> {
                host.tell("steps down:", reason, "epoch", it.epoch());
                it.end();
            });
            term = Optional.empty();
            host.after(PAUSE, MasterNode.this::stand);
        }
    }

    private void lead(long epoch, long committed, Map<LedgerKey, LedgerValue> entries) {
        Map<LedgerKey, LedgerValue> known =
                new LinkedHashMap<>(has(Mutation.LOAD_BEFORE_ELECTION) ? early : entries);
        Term begun = new Term(this, epoch, committed, recover(known));
        term = Optional.of(begun);
        begun.begin();
    }

    private Recovered recover(Map<LedgerKey, LedgerValue> entries) {
        if (has(Mutation.RECOVER_WITHOUT_PROGRESS)) {
            entries.keySet().removeIf(key -> key instanceof LedgerKey.Progress);
        }
        if (has(Mutation.RECOVER_WITHOUT_STATE)) {
            entries.keySet().removeIf(key -> key instanceof LedgerKey.State);
        }
        return Recovery.read(entries);
    }

    private boolean has(Mutation mutation) {
        return setting.mutations().contains(mutation);
    }

    boolean hasMandate() {
        return candidacy.filter(Candidacy::isHeld).isPresent();
    }

    /** Ends a term: nothing more is decided, sent or answered in it. */
    void stepDown(long epoch, String reason) {
        if (term.filter(it -> it.epoch() == epoch).isPresent()) {
            candidacy.ifPresent(it -> it.end(reason));
        }
    }

    /** Takes in a session that somebody has opened. */
    public void accept(Session<Uplink, Downlink> session) {
        if (host.isDown()) {
            session.refuse();
            return;
        }
        session.serve(
                new Session.Receiver<>() {
                    private Optional<SessionStream> stream = Optional.empty();

                    @Override
                    public void received(Uplink message) {
                        if (stream.isEmpty() && term.isEmpty()) {
                            session.end();
                            return;
                        }
                        if (stream.isEmpty()) {
                            stream = term.map(it -> new SessionStream(it, session));
                        }
                        stream.ifPresent(it -> it.received(message));
                    }

                    @Override
                    public void broken() {
                        stream.ifPresent(SessionStream::broken);
                    }
                });
    }

    /** Asks this master something, from elsewhere. */
    public void ask(Host asker, Request request, Consumer<Answer> answered) {
        network.askForLater(asker, host, answer -> take(request, answer), answered);
    }

    private void take(Request request, Consumer<Answer> answered) {
        term.ifPresentOrElse(
                it -> it.take(request, answered), () -> answered.accept(new Answer.NotLeading()));
    }

    Setting setting() {
        return setting;
    }

    Network network() {
        return network;
    }

    NamingClient naming() {
        return naming;
    }

    Witness witness() {
        return witness;
    }
}
