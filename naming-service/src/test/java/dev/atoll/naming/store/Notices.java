package dev.atoll.naming.store;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Remembers what a watch heard, and waits for it. */
public final class Notices implements Consumer<WatchNotice> {
    private final List<WatchNotice> heard = new ArrayList<>();

    @Override
    public synchronized void accept(WatchNotice notice) {
        heard.add(notice);
    }

    /** Everything so far. */
    public synchronized List<WatchNotice> all() {
        return List.copyOf(heard);
    }

    /** All changes so far. */
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (WatchNotice notice : all()) {
            if (notice instanceof WatchNotice.Changes(List<Change> some)) {
                changes.addAll(some);
            }
        }
        return changes;
    }

    /** The changes as "key=value" and "-key". */
    public List<String> story() {
        return changes().stream().map(Notices::tell).toList();
    }

    /** Waits for a notice that passes. */
    public void awaitNotice(Predicate<WatchNotice> wanted) {
        await().atMost(Duration.ofSeconds(60)).until(() -> all().stream().anyMatch(wanted));
    }

    /** Waits until so many changes have come. */
    public void awaitChanges(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> changes().size() >= count);
    }

    private static String tell(Change change) {
        return switch (change) {
            case Change.Written(Entry entry) -> entry.key() + "=" + entry.value().toStringUtf8();
            case Change.Deleted(String key, long revision) -> "-" + key;
        };
    }
}
