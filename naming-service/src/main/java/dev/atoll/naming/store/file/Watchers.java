package dev.atoll.naming.store.file;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The watches of a file store. Used by the store's own thread only. */
final class Watchers {
    /** One watch. */
    static final class Watcher implements Watch {
        private final String prefix;
        private final long fromRevision;
        private final Consumer<WatchNotice> sink;
        private volatile boolean closed;

        Watcher(String prefix, long fromRevision, Consumer<WatchNotice> sink) {
            this.prefix = prefix;
            this.fromRevision = fromRevision;
            this.sink = sink;
        }

        /** Leaves a mark only, so that a sink may do it; the next change sweeps the watch out. */
        @Override
        public void close() {
            closed = true;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private final List<Watcher> watchers = new ArrayList<>();
    private final History history;

    Watchers(History history) {
        this.history = history;
    }

    /** Begins a watch with what the history knows. */
    void add(Watcher watcher) {
        history.since(watcher.fromRevision)
                .ifPresentOrElse(
                        changes -> {
                            if (deliver(watcher, changes)) {
                                watchers.add(watcher);
                            }
                        },
                        () -> hand(watcher, new WatchNotice.Compacted(history.oldestRevision())));
    }

    /** Tells the durable changes of one revision. */
    void publish(List<Change> changes) {
        history.add(changes);
        watchers.removeIf(watcher -> !deliver(watcher, changes));
    }

    void forgetBefore(long revision) {
        history.forgetBefore(revision);
    }

    /** Ends every watch. */
    void endAll(String reason) {
        List<Watcher> ended = List.copyOf(watchers);
        watchers.clear();
        ended.forEach(watcher -> hand(watcher, new WatchNotice.Ended(reason)));
    }

    private boolean deliver(Watcher watcher, List<Change> changes) {
        List<Change> wanted =
                changes.stream()
                        .filter(change -> change.revision() >= watcher.fromRevision)
                        .filter(change -> change.key().startsWith(watcher.prefix))
                        .toList();
        return wanted.isEmpty() ? !watcher.closed : hand(watcher, new WatchNotice.Changes(wanted));
    }

    private static boolean hand(Watcher watcher, WatchNotice notice) {
        if (watcher.closed) {
            return false;
        }
        try {
            watcher.sink.accept(notice);
            return true;
        } catch (RuntimeException e) {
            // The others must not suffer from one sink that broke its promise.
            LOG.error("a watch of {} threw and is dropped", watcher.prefix, e);
            return false;
        }
    }
}
