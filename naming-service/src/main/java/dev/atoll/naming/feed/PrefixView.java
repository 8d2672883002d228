package dev.atoll.naming.feed;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A prefix without a gap: what stands there, then every change. For one thread. */
public final class PrefixView implements AutoCloseable {
    private final Subscription subscription;
    private final List<Entry> entries = new ArrayList<>();
    private final long revision;

    private PrefixView(Store store, Subscription subscription, String prefix) {
        this.subscription = subscription;
        this.revision = store.scan(prefix, entries::add);
    }

    /**
     * Opens a view.
     *
     * @param feed of this prefix, or of one that it begins with
     * @throws dev.atoll.naming.store.StoreUnavailableException when the store cannot be read
     */
    public static PrefixView open(Store store, PrefixFeed feed, String prefix) {
        // Subscribing comes first, so that nothing happens unheard between the two.
        Subscription subscription = feed.subscribe(prefix);
        try {
            return new PrefixView(store, subscription, prefix);
        } catch (RuntimeException e) {
            subscription.close();
            throw e;
        }
    }

    /** What stood under the prefix when the view was opened, in key order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /**
     * Waits for changes since then and since the last call. A batch holds all changes of a revision
     * or none: between two batches the view is consistent, within one it need not be.
     *
     * @throws FellBehindException when some were missed: open the view again
     * @throws InterruptedException also when the feed is closed: nothing more comes
     */
    public List<Change> take() throws InterruptedException {
        List<Change> changes = List.of();
        while (changes.isEmpty()) {
            changes = later(subscription.take());
        }
        return changes;
    }

    /** The same, for at most so long; empty when nothing has come. */
    public List<Change> poll(Duration timeout) throws InterruptedException {
        Optional<News> news = subscription.poll(timeout);
        return news.isPresent() ? later(news.get()) : List.of();
    }

    private List<Change> later(News news) throws InterruptedException {
        return switch (news) {
            case News.Changes(List<Change> changes) ->
                    changes.stream().filter(change -> change.revision() > revision).toList();
            case News.FellBehind behind -> throw new FellBehindException();
            case News.Closed ended -> throw new InterruptedException("the feed is closed");
        };
    }

    @Override
    public void close() {
        subscription.close();
    }
}
