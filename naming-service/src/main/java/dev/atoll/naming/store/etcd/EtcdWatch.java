package dev.atoll.naming.store.etcd;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;

import io.etcd.jetcd.Watch.Listener;
import io.etcd.jetcd.Watch.Watcher;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One watch on etcd, which ends at the first trouble. */
final class EtcdWatch implements Watch, Listener {
    /* jetcd resumes a watch by itself after most troubles, but it goes on from the revision at which
     * the watch was created, not from the last one it delivered, so that changes in between can be
     * lost; after others it falls silent. So no watch of ours outlives a trouble: whoever watches
     * reads the prefix again, which is right after any of them. */

    private final EtcdKeys keys;
    private final Consumer<WatchNotice> sink;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Watcher> watcher = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    EtcdWatch(EtcdKeys keys, Consumer<WatchNotice> sink) {
        this.keys = keys;
        this.sink = sink;
    }

    /** Tells which watcher of jetcd this one listens to; it may have ended already. */
    void listensTo(Watcher begun) {
        watcher.complete(begun);
    }

    /** Ends when the connection that it came over is given up. */
    void endsWith(EtcdConnection.Use use) {
        Runnable ending = () -> end(new WatchNotice.Ended("the connection was given up"));
        var _ = over.thenRun(() -> use.forget(ending));
        use.whenOver(ending);
    }

    @Override
    public void onNext(WatchResponse response) {
        List<Change> changes = response.getEvents().stream().map(this::toChange).toList();
        if (!changes.isEmpty() && !ended.get()) {
            sink.accept(new WatchNotice.Changes(changes));
        }
    }

    @Override
    public void onError(Throwable trouble) {
        end(
                trouble instanceof CompactedException compacted
                        ? new WatchNotice.Compacted(compacted.getCompactedRevision())
                        : new WatchNotice.Ended(String.valueOf(trouble.getMessage())));
    }

    @Override
    public void onCompleted() {
        end(new WatchNotice.Ended("etcd ended the watch"));
    }

    @Override
    public void close() {
        ended.set(true);
        release();
    }

    private void end(WatchNotice notice) {
        if (ended.compareAndSet(false, true)) {
            sink.accept(notice);
            release();
        }
    }

    /** In a thread of its own, because jetcd calls its listeners with a lock held. */
    private void release() {
        over.complete(null);
        var _ = watcher.thenAcceptAsync(Watcher::close, Thread::startVirtualThread);
    }

    private Change toChange(WatchEvent event) {
        return switch (event.getEventType()) {
            case PUT -> new Change.Written(keys.fromEtcd(event.getKeyValue()));
            case DELETE ->
                    new Change.Deleted(
                            keys.fromEtcd(event.getKeyValue().getKey()),
                            event.getKeyValue().getModRevision());
            case UNRECOGNIZED ->
                    throw new IllegalStateException("etcd sent an event of an unknown kind");
        };
    }
}
