package dev.atoll.naming.election;

import dev.atoll.naming.feed.FellBehindException;
import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.feed.PrefixView;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreUnavailableException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Has the first who waits take over whenever an office is without a leader. */
public final class Successions implements AutoCloseable {
    /* Every naming service of a cluster does this. The transaction of a succession names the candidate
     * and the vacancy, so that it happens once, whoever comes first. */

    private static final Logger LOG = LoggerFactory.getLogger(Successions.class);

    /** A succession that did not come about, for whatever reason, is looked at again after this. */
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Store store;
    private final PrefixFeed feed;
    private final Offices offices;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Successions(Store store, PrefixFeed feed, Offices offices) {
        this.store = store;
        this.feed = feed;
        this.offices = offices;
        this.thread = Thread.ofVirtual().name("successions").unstarted(this::run);
    }

    /**
     * Starts.
     *
     * @param feed of {@link ElectionService#PREFIX}
     */
    public static Successions start(Store store, PrefixFeed feed, Offices offices) {
        Successions successions = new Successions(store, feed, offices);
        successions.thread.start();
        return successions;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                try {
                    follow();
                } catch (StoreUnavailableException | FellBehindException e) {
                    LOG.debug("begins to follow the offices again: {}", e.getMessage());
                }
                open = !closed.await(RETRY.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            LOG.debug("the successions end");
        }
    }

    private void follow() throws InterruptedException {
        try (PrefixView view = PrefixView.open(store, feed, OfficeBook.PREFIX)) {
            OfficeBook book = new OfficeBook(view.entries());
            while (true) {
                book.due().forEach(offices::carryOut);
                book.apply(book.due().isEmpty() ? view.take() : view.poll(RETRY));
            }
        }
    }
}
