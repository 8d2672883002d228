package dev.atoll.simulation.master;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.journal.Recovery;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Witness;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A master's process: it campaigns, leads while its lease lives, and steps down in time. */
public final class MasterNode {
    private static final Duration CAMPAIGN_EVERY = Duration.ofMillis(300);
    private static final Duration KEEP_ALIVE_EVERY = Duration.ofMillis(400);

    /* Two thirds of the lease, counted from before the question was sent, by this process's own
     * clock: a clock that is a third too slow would still be in time. */
    private static final Duration MANDATE = Ledger.LEASE.multipliedBy(2).dividedBy(3);

    private final Setting setting;
    private final Network network;
    private final Ledger ledger;
    private final Witness witness;
    private final Host host;
    private final Dice dice;
    private Optional<Term> term = Optional.empty();
    private Instant mandateEnd = Instant.EPOCH;

    /**
     * What a master is told when it is started.
     *
     * @param commitInterval how long mere progress waits for others
     * @param batchKeysMax the most entries of one commit
     */
    public record Setting(
            SchedulerLimits limits,
            Duration commitInterval,
            int batchKeysMax,
            Set<Mutation> mutations) {}

    /** A master that is not started. */
    public MasterNode(
            Setting setting,
            Network network,
            Ledger ledger,
            Witness witness,
            Host host,
            Dice dice) {
        this.setting = setting;
        this.network = network;
        this.ledger = ledger;
        this.witness = witness;
        this.host = host;
        this.dice = dice;
    }

    /** Where it runs. */
    public Host host() {
        return host;
    }

    /** Starts it. */
    public void start() {
        host.start(0.97 + 0.06 * dice.fraction());
        campaign();
    }

    /** Kills it. */
    public void crash() {
        term = Optional.empty();
        host.crash();
        network.died(host);
    }

    private void campaign() {
        if (term.isPresent()) {
            return;
        }
        Instant asked = host.now();
        network.ask(
                host,
                ledger.host(),
                () -> ledger.campaign(host.name()),
                epoch -> epoch.ifPresent(won -> won(asked, won)));
        host.after(dice.between(CAMPAIGN_EVERY, CAMPAIGN_EVERY.multipliedBy(2)), this::campaign);
    }

    private void won(Instant asked, long epoch) {
        if (term.isEmpty()) {
            mandateEnd = asked.plus(MANDATE);
            load(epoch);
        }
    }

    private void load(long epoch) {
        if (!hasMandate() || term.isPresent()) {
            return;
        }
        keepAlive(epoch);
        network.ask(
                host,
                ledger.host(),
                () -> ledger.load(epoch),
                loaded -> loaded.ifPresent(entries -> lead(epoch, entries)));
        host.after(KEEP_ALIVE_EVERY, () -> load(epoch));
    }

    private void lead(long epoch, Map<LedgerKey, LedgerValue> entries) {
        if (!hasMandate() || term.isPresent()) {
            return;
        }
        Term begun = new Term(this, epoch, recover(entries));
        term = Optional.of(begun);
        begun.begin();
        keepLeading(epoch);
    }

    private Recovered recover(Map<LedgerKey, LedgerValue> entries) {
        if (setting.mutations().contains(Mutation.RECOVER_WITHOUT_PROGRESS)) {
            entries.keySet().removeIf(key -> key instanceof LedgerKey.Progress);
        }
        if (setting.mutations().contains(Mutation.RECOVER_WITHOUT_STATE)) {
            entries.keySet().removeIf(key -> key instanceof LedgerKey.State);
        }
        return Recovery.read(entries);
    }

    private void keepLeading(long epoch) {
        if (isLeading(epoch)) {
            keepAlive(epoch);
            host.after(KEEP_ALIVE_EVERY, () -> keepLeading(epoch));
        }
    }

    private void keepAlive(long epoch) {
        Instant asked = host.now();
        network.ask(
                host,
                ledger.host(),
                () -> ledger.keepAlive(epoch),
                isAlive -> {
                    if (!isAlive) {
                        stepDown(epoch, "its lease is over");
                    } else if (asked.plus(MANDATE).isAfter(mandateEnd)) {
                        mandateEnd = asked.plus(MANDATE);
                    }
                });
    }

    boolean hasMandate() {
        return host.now().isBefore(mandateEnd);
    }

    private boolean isLeading(long epoch) {
        return term.filter(it -> it.epoch() == epoch).isPresent();
    }

    /** Ends a term: nothing more is decided, sent or answered in it. */
    void stepDown(long epoch, String reason) {
        if (!isLeading(epoch)) {
            return;
        }
        host.tell("steps down:", reason, "epoch", epoch);
        term.ifPresent(Term::end);
        term = Optional.empty();
        campaign();
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

    Ledger ledger() {
        return ledger;
    }

    Witness witness() {
        return witness;
    }
}
