package dev.atoll.master.leadership;

import dev.atoll.master.session.Term;
import dev.atoll.master.session.Terms;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.Candidacy;
import dev.atoll.runtime.naming.CandidacyNews;
import dev.atoll.runtime.naming.Lease;
import dev.atoll.runtime.naming.Member;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.program.FatalHandler;
import dev.atoll.runtime.retry.Backoff;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A master's whole life: it joins, stands for office, leads, steps down, and stands again. */
public final class Leadership implements AutoCloseable {
    /* Every candidacy lives on a lease of its own, and so every term has an epoch of its own: what
     * an earlier term of this very process still has under way to the ledger can never pass for
     * something of the later one. */

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final Duration PAUSE_BASE = Duration.ofMillis(100);
    private static final Duration PAUSE_CAP = Duration.ofSeconds(3);
    private static final Duration JOIN_PATIENCE = Duration.ofDays(365);

    private final NamingClient naming;
    private final Identity identity;
    private final TermStart terms;
    private final Terms present;
    private final Consumer<Boolean> onLeading;
    private final FatalHandler fatal;
    private final Thread thread;
    private long incarnation;

    /**
     * Who a master is.
     *
     * @param member with the first of its incarnations
     * @param timeToLive how long its lease outlives its last sign of life
     */
    public record Identity(Member member, Duration timeToLive) {}

    /** What the master's life turns on. */
    private sealed interface News {
        record OfCandidacy(CandidacyNews news) implements News {}

        record LeaseLost(String reason) implements News {}

        record Forfeited(String reason) implements News {}
    }

    /**
     * A life to be.
     *
     * @param onLeading hears true when this master has begun to lead and false when it stopped
     */
    public Leadership(
            NamingClient naming,
            Identity identity,
            TermStart terms,
            Terms present,
            Consumer<Boolean> onLeading,
            FatalHandler fatal) {
        this.naming = naming;
        this.identity = identity;
        this.terms = terms;
        this.present = present;
        this.onLeading = onLeading;
        this.fatal = fatal;
        this.incarnation = identity.member().incarnation();
        this.thread = Thread.ofVirtual().name("leadership").unstarted(this::live);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** Steps down, if it leads, and leaves. Waits until that is done. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        Backoff backoff = new Backoff(PAUSE_BASE, PAUSE_CAP, RandomGenerator.getDefault());
        try {
            while (true) {
                boolean led = standOnce();
                if (led) {
                    backoff.reset();
                }
                Thread.sleep(backoff.next());
            }
        } catch (InterruptedException _) {
            LOG.info("Leaving");
        } catch (RuntimeException | Error e) {
            fatal.stop("this master can neither lead nor stand for office: " + e.getMessage(), e);
        }
    }

    /** One lease and one candidacy; true if it came to a term. */
    private boolean standOnce() throws InterruptedException {
        BlockingQueue<News> news = new LinkedBlockingQueue<>();
        Member member = identity.member();
        Member now =
                new Member(
                        member.id(),
                        incarnation++,
                        member.role(),
                        member.address(),
                        member.attributes());
        present.stands(() -> naming.trouble().orElse("it joins the cluster"));
        try (Lease lease =
                        naming.join(
                                now,
                                identity.timeToLive(),
                                JOIN_PATIENCE,
                                reason -> news.add(new News.LeaseLost(reason)));
                Candidacy _ =
                        naming.campaign(
                                NamingClient.MASTER_OFFICE,
                                lease,
                                member.address(),
                                heard -> news.add(new News.OfCandidacy(heard)))) {
            return follow(news, lease);
        } catch (ApiException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.warn("Cannot stand for office: {}", e.message());
            return false;
        }
    }

    /** Follows the news until this candidacy is over. */
    private boolean follow(BlockingQueue<News> news, Lease lease) throws InterruptedException {
        LeaseMandate mandate =
                new LeaseMandate(lease, reason -> news.add(new News.Forfeited(reason)));
        boolean led = false;
        try {
            while (true) {
                switch (news.take()) {
                    case News.OfCandidacy(CandidacyNews.Waiting waiting) -> standBy(waiting);
                    case News.OfCandidacy(CandidacyNews.Elected(long epoch)) -> {
                        if (!led) {
                            lead(epoch, mandate);
                            led = true;
                        }
                    }
                    case News.OfCandidacy(CandidacyNews.Deposed(String reason)) -> {
                        LOG.warn("Deposed: {}", reason);
                        return led;
                    }
                    case News.LeaseLost(String reason) -> {
                        LOG.warn("Lease lost: {}", reason);
                        return led;
                    }
                    case News.Forfeited(String reason) -> {
                        LOG.warn("Stepping down: {}", reason);
                        return led;
                    }
                }
            }
        } finally {
            stepDown();
        }
    }

    private void standBy(CandidacyNews.Waiting waiting) {
        String how =
                waiting.leader()
                        .map(leader -> "it stands by for the one at " + leader.address())
                        .orElse("it stands by, and nobody leads");
        LOG.info("Standing by; leader: {}", waiting.leader().map(Object::toString).orElse("none"));
        present.stands(() -> naming.trouble().orElse(how));
    }

    private void lead(long epoch, LeaseMandate mandate) throws InterruptedException {
        LOG.info("Elected, epoch {}", epoch);
        present.stands(() -> naming.trouble().orElse("it takes over"));
        Backoff backoff = new Backoff(PAUSE_BASE, PAUSE_CAP, RandomGenerator.getDefault());
        while (mandate.holds()) {
            try {
                Term term = terms.begin(epoch, mandate);
                present.begin(term);
                term.loop().start();
                onLeading.accept(true);
                return;
            } catch (ApiException e) {
                LOG.warn("Cannot take over in epoch {}: {}", epoch, e.message());
                Thread.sleep(backoff.next());
            }
        }
    }

    private void stepDown() {
        present.present()
                .ifPresent(term -> {
                    present.end();
                    onLeading.accept(false);
                    term.loop().close();
                    term.sessions().endAll();
                    LOG.info("Epoch {} is over", term.loop().epoch());
                });
    }
}
