package dev.atoll.naming.feed;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;
import dev.atoll.runtime.retry.Backoff;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Watches one prefix of a store once, for everybody in this process. */
public final class PrefixFeed implements AutoCloseable {
    /* A feed reads the prefix and then watches it from there. Whenever the watch breaks, is compacted
     * away, or has lasted for a minute (a broken one may keep silent), it reads the prefix again and
     * tells the difference to what it knew: so subscribers need not know that anything happened. What
     * came and went in between is told as if it had never been. */

    private static final Logger LOG = LoggerFactory.getLogger(PrefixFeed.class);
    private static final Duration READ_AGAIN_AFTER = Duration.ofMinutes(1);
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofMillis(500);

    /** So many notices wait for this feed; with one more it reads the prefix again. */
    private static final int NOTICES_MAX = 16_384;

    private final Store store;
    private final String prefix;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** Written by the feed's thread only; what it has told, with the revision of each key. */
    private final Map<String, Long> known = new TreeMap<>();

    private volatile int size;

    private PrefixFeed(Store store, String prefix) {
        this.store = store;
        this.prefix = prefix;
        this.thread = Thread.ofVirtual().name("feed" + prefix).unstarted(this::run);
    }

    /** Starts a feed; whether the store answers or not. */
    public static PrefixFeed start(Store store, String prefix) {
        PrefixFeed feed = new PrefixFeed(store, prefix);
        feed.thread.start();
        return feed;
    }

    /**
     * Subscribes to the changes under a prefix.
     *
     * @param keyPrefix begins with the prefix of the feed
     */
    public Subscription subscribe(String keyPrefix) {
        Subscription subscription = new Subscription(keyPrefix, subscriptions::remove);
        subscriptions.add(subscription);
        if (closed.getCount() == 0) {
            subscription.end();
        }
        return subscription;
    }

    /** How many keys there were under the prefix when the feed last heard of it. */
    public int size() {
        return size;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        subscriptions.forEach(Subscription::end);
    }

    private void run() {
        Backoff backoff = new Backoff(PAUSE_MIN, PAUSE_MAX, RandomGenerator.getDefault());
        try {
            boolean open = true;
            boolean follows = true;
            while (open) {
                try {
                    readAgain();
                    backoff.reset();
                    follows = true;
                } catch (StoreUnavailableException e) {
                    // Once; for as long as the store is away, the upkeep says so.
                    LOG.atLevel(follows ? Level.WARN : Level.DEBUG)
                            .log("cannot follow {}: {}", prefix, e.getMessage());
                    follows = false;
                }
                Duration pause = backoff.next();
                open = !closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            LOG.debug("the feed of {} ends", prefix);
        }
    }

    /** Reads the prefix, tells what is new, and follows it for as long as that goes well. */
    private void readAgain() throws InterruptedException {
        Map<String, Entry> now = new TreeMap<>();
        long revision = store.scan(prefix, entry -> now.put(entry.key(), entry));
        publish(difference(now, revision));
        BlockingQueue<WatchNotice> notices = new ArrayBlockingQueue<>(NOTICES_MAX);
        CountDownLatch overflow = new CountDownLatch(1);
        try (Watch _ =
                store.watch(
                        prefix,
                        revision + 1,
                        notice -> {
                            if (!notices.offer(notice)) {
                                overflow.countDown();
                            }
                        })) {
            follow(notices, overflow);
        }
    }

    private void follow(BlockingQueue<WatchNotice> notices, CountDownLatch overflow)
            throws InterruptedException {
        long endNanos = System.nanoTime() + READ_AGAIN_AFTER.toNanos();
        while (overflow.getCount() > 0) {
            long left = endNanos - System.nanoTime();
            @Nullable WatchNotice notice = notices.poll(left, TimeUnit.NANOSECONDS);
            switch (notice) {
                case null -> {
                    return;
                }
                case WatchNotice.Changes(List<Change> changes) -> publish(changes);
                case WatchNotice.Compacted compacted -> {
                    LOG.info("fell behind on {}, which was compacted", prefix);
                    return;
                }
                case WatchNotice.Ended(String reason) -> {
                    LOG.info("the watch of {} ended: {}", prefix, reason);
                    return;
                }
            }
        }
    }

    private List<Change> difference(Map<String, Entry> now, long revision) {
        List<Change> changes = new ArrayList<>();
        for (String key : known.keySet()) {
            if (!now.containsKey(key)) {
                // When exactly is not known any more; it is true of the revision that was read.
                changes.add(new Change.Deleted(key, revision));
            }
        }
        for (Entry entry : now.values()) {
            Long told = known.get(entry.key());
            if (told == null || told != entry.modRevision()) {
                changes.add(new Change.Written(entry));
            }
        }
        return changes;
    }

    private void publish(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.Written(Entry entry) -> known.put(entry.key(), entry.modRevision());
                case Change.Deleted deleted -> known.remove(deleted.key());
            }
        }
        size = known.size();
        subscriptions.removeIf(subscription -> !subscription.offer(changes));
    }
}
