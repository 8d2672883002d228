package dev.atoll.master.leadership;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Journal;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.journal.Recovery;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.master.journal.LedgerReader;
import dev.atoll.master.journal.LedgerTrouble;
import dev.atoll.master.journal.LedgerWriter;
import dev.atoll.master.journal.StoredEntries;
import dev.atoll.master.loop.Durability;
import dev.atoll.master.loop.Mandate;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.InputSearch;
import dev.atoll.master.session.Sessions;
import dev.atoll.master.session.Term;
import dev.atoll.runtime.naming.Ledger;
import dev.atoll.runtime.naming.LedgerChain;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;

/** Makes the parts of a term from what the ledger holds. */
public final class TermStart {
    private static final Logger LOG = LoggerFactory.getLogger(TermStart.class);

    private final Settings settings;
    private final Ledger ledger;
    private final MasterMetrics metrics;
    private final LedgerTrouble trouble;
    private final InputSearch inputs;

    /**
     * How a term is led.
     *
     * @param commitInterval how long mere progress waits for the ledger at most
     * @param heartbeatInterval how often workers are to be heard
     */
    public record Settings(
            SchedulerLimits scheduler,
            SchedulerLoop.Limits loop,
            Duration commitInterval,
            Duration heartbeatInterval) {}

    /**
     * @param trouble hears whether the ledger can be written
     * @param inputs finds where the inputs of tasks are
     */
    public TermStart(
            Settings settings,
            Ledger ledger,
            MasterMetrics metrics,
            LedgerTrouble trouble,
            InputSearch inputs) {
        this.settings = settings;
        this.ledger = ledger;
        this.metrics = metrics;
        this.trouble = trouble;
        this.inputs = inputs;
    }

    /**
     * Recovers what was promised and makes a term of it; its loop is not yet started.
     *
     * @throws dev.atoll.runtime.grpc.ApiException when the naming service does not answer
     * @throws IllegalStateException when the ledger is damaged
     */
    Term begin(long epoch, Mandate mandate) {
        long startNanos = System.nanoTime();
        LedgerChain chain = ledger.getChain(epoch);
        if (chain.leadingEpoch() != epoch) {
            throw SchedulerLoop.notLeading();
        }
        Recovered recovered = Recovery.read(LedgerReader.read(ledger.loadEntries("")));
        Scheduler scheduler = new Scheduler(settings.scheduler(), epoch);
        recovered.facts().forEach(scheduler::replay);
        Journal<ByteString> journal =
                new Journal<>(
                        new Journal.Rhythm(settings.commitInterval(), StoredEntries.LIMITS),
                        new StoredEntries(),
                        recovered,
                        scheduler.view()::progress);
        LedgerWriter writer = new LedgerWriter(ledger, epoch, chain.committedSequence(), trouble);
        Sessions sessions = new Sessions(settings.heartbeatInterval());
        SchedulerLoop loop =
                new SchedulerLoop(
                        settings.loop(),
                        scheduler,
                        new Durability(journal, writer, metrics),
                        new TermHands(sessions, inputs),
                        mandate,
                        metrics);
        LOG.info(
                "Epoch {}: {} facts recovered in {} ms",
                epoch,
                recovered.facts().size(),
                (System.nanoTime() - startNanos) / 1_000_000);
        return new Term(loop, sessions, Instant.now());
    }
}
