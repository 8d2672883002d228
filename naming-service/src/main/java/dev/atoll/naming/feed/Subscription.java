package dev.atoll.naming.feed;

import dev.atoll.naming.store.Change;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The changes under a prefix from the moment of the subscription on, for one taker.
 *
 * <p>To see a prefix without a gap: subscribe, then read the prefix from the store, then take the
 * changes and leave out those up to the revision that was read.
 */
public final class Subscription implements AutoCloseable {
    /** So many batches wait for a slow taker; with one more it has fallen behind. */
    private static final int BATCHES_MAX = 1_024;

    private final String keyPrefix;
    private final Consumer<Subscription> onClose;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();

    Subscription(String keyPrefix, Consumer<Subscription> onClose) {
        this.keyPrefix = keyPrefix;
        this.onClose = onClose;
    }

    /** Waits for the next news. After a final one nothing more comes. */
    public News take() throws InterruptedException {
        return news.take();
    }

    /** Waits for the next news for at most so long. */
    public Optional<News> poll(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(news.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Ends the subscription. Idempotent. */
    @Override
    public void close() {
        onClose.accept(this);
    }

    /** Adds changes; false when the taker has fallen behind and is not to be told any more. */
    boolean offer(List<Change> changes) {
        List<Change> wanted =
                changes.stream().filter(change -> change.key().startsWith(keyPrefix)).toList();
        if (wanted.isEmpty()) {
            return true;
        }
        if (news.size() >= BATCHES_MAX) {
            news.clear();
            news.add(new News.FellBehind());
            return false;
        }
        return news.add(new News.Changes(wanted));
    }

    void end() {
        news.add(new News.Closed());
    }
}
