package dev.atoll.naming.store.file;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;
import dev.atoll.runtime.program.PrivateDirectory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A store in one directory of one machine, for one process at a time.
 *
 * <p>All keys are in memory; every commit is forced to a log before it is answered, many commits at
 * once when many callers wait. A process that dies loses nothing that was answered; leases begin
 * their terms anew at the next start. After a failed write every call fails until the store is
 * opened again.
 */
public final class FileStore implements Store {
    /**
     * How a file store behaves.
     *
     * @param timeout how long a call waits for its answer
     * @param logBytesMax a longer log is replaced by a snapshot, in bytes
     * @param historyStepsMax how many past revisions a watch may begin at
     */
    public record Settings(Duration timeout, long logBytesMax, int historyStepsMax) {
        /** 5 s, 64 MiB, 10,000 revisions. */
        public static final Settings DEFAULT =
                new Settings(Duration.ofSeconds(5), 64L << 20, 10_000);

        /** The same with another timeout. */
        public Settings withTimeout(Duration other) {
            return new Settings(other, logBytesMax, historyStepsMax);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);

    /** Past changes are forgotten when their keys and values are larger than this. */
    private static final long HISTORY_BYTES_MAX = 64L << 20;

    private interface Step<T> {
        T run(StoreMachine machine, Watchers watchers, long nowNanos);
    }

    private final DirectoryLock lock;
    private final Disk disk;
    private final StoreLoop loop;
    private final Duration timeout;

    private FileStore(DirectoryLock lock, Disk disk, StoreLoop loop, Duration timeout) {
        this.lock = lock;
        this.disk = disk;
        this.loop = loop;
        this.timeout = timeout;
    }

    /**
     * Opens the store in a directory, which is made if it is not there, and nobody else may enter.
     *
     * @param onBroken hears once when a write failed: every call fails from then on, until the
     *     store is opened again; must not block
     * @throws CorruptStoreException when a file is damaged
     * @throws IOException when another process has the store open, or the disk fails
     */
    public static FileStore open(Path directory, Settings settings, Consumer<Exception> onBroken)
            throws IOException {
        PrivateDirectory.open(directory);
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            return open(directory, settings, onBroken, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileStore open(
            Path directory, Settings settings, Consumer<Exception> onBroken, DirectoryLock lock)
            throws IOException {
        Generations generations = new Generations(directory);
        Generations.Opened opened = generations.open();
        KeySpace keys = opened.keys();
        // Ids are drawn at random so that none is ever given again: a holder of a lease that ended
        // before a restart must not keep somebody else's alive.
        SecureRandom random = new SecureRandom();
        StoreMachine machine =
                new StoreMachine(keys, () -> random.nextLong() & Long.MAX_VALUE, System.nanoTime());
        History history =
                new History(keys.revision() + 1, settings.historyStepsMax(), HISTORY_BYTES_MAX);
        Disk disk = new Disk(generations, opened, settings.logBytesMax());
        StoreLoop loop = new StoreLoop(machine, new Watchers(history), disk, onBroken);
        LOG.info(
                "opened the store in {}: revision {}, {} keys",
                directory,
                keys.revision(),
                keys.size());
        // A platform thread, because forcing a file holds the thread in the kernel.
        Thread.ofPlatform().daemon().name("atoll-store").start(loop);
        return new FileStore(lock, disk, loop, settings.timeout());
    }

    @Override
    public long revision() {
        return call((machine, watchers, now) -> machine.revision());
    }

    @Override
    public Optional<Entry> get(String key) {
        return call((machine, watchers, now) -> machine.get(key));
    }

    @Override
    public Page list(String prefix, String afterKey, int limit) {
        Page.checkLimit(limit);
        return call((machine, watchers, now) -> machine.list(prefix, afterKey, limit));
    }

    @Override
    public long scan(String prefix, Consumer<Entry> sink) {
        record Scanned(long revision, List<Entry> entries) {}
        Scanned scanned =
                call((machine, watchers, now) ->
                        new Scanned(machine.revision(), machine.all(prefix)));
        scanned.entries().forEach(sink);
        return scanned.revision();
    }

    @Override
    public CommitOutcome commit(Txn txn) {
        try {
            return call((machine, watchers, now) -> machine.commit(txn));
        } catch (StoreUnavailableException e) {
            boolean timedOut = e.getCause() instanceof TimeoutException;
            return new CommitOutcome.Unknown(String.valueOf(e.getMessage()), timedOut);
        }
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<WatchNotice> sink) {
        Watchers.Watcher watcher = new Watchers.Watcher(prefix, fromRevision, sink);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        // The watch begins after the changes of its own turn are in the history: so it misses none
        // and hears none twice.
        submit(
                new StoreLoop.Call() {
                    @Override
                    public Runnable step(StoreMachine machine, Watchers watchers, long now) {
                        return () -> {
                            watchers.add(watcher);
                            begun.complete(null);
                        };
                    }

                    @Override
                    public void fail(StoreUnavailableException e) {
                        begun.completeExceptionally(e);
                    }
                });
        try {
            await(begun);
        } catch (StoreUnavailableException e) {
            // It may yet begin, and nobody would ever end it.
            watcher.close();
            throw e;
        }
        return watcher;
    }

    @Override
    public Lease grant(Duration timeToLive) {
        Lease.checkTimeToLive(timeToLive);
        return call((machine, watchers, now) -> machine.grant(timeToLive, now));
    }

    @Override
    public Optional<Lease> keepAlive(long leaseId) {
        return call((machine, watchers, now) -> machine.keepAlive(leaseId, now));
    }

    @Override
    public void revoke(long leaseId) {
        call((machine, watchers, now) -> {
            machine.revoke(leaseId);
            return true;
        });
    }

    @Override
    public void compact(long revision) {
        call((machine, watchers, now) -> {
            watchers.forgetBefore(Math.min(revision, machine.revision()));
            return true;
        });
    }

    @Override
    public void close() {
        loop.stop().join();
        try {
            disk.close();
            lock.close();
        } catch (IOException e) {
            LOG.warn("the files of the store did not close", e);
        }
    }

    private <T> T call(Step<T> step) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        submit(
                new StoreLoop.Call() {
                    @Override
                    public Runnable step(StoreMachine machine, Watchers watchers, long now) {
                        T result = step.run(machine, watchers, now);
                        return () -> answer.complete(result);
                    }

                    @Override
                    public void fail(StoreUnavailableException e) {
                        answer.completeExceptionally(e);
                    }
                });
        return await(answer);
    }

    private void submit(StoreLoop.Call call) {
        try {
            if (!loop.offer(call, timeout)) {
                throw new StoreUnavailableException("too many calls wait for the store");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted before the call", e);
        }
        if (loop.hasStopped()) {
            call.fail(new StoreUnavailableException("the store is closed"));
        }
    }

    private <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new StoreUnavailableException("no answer from the disk in " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting", e);
        } catch (ExecutionException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e.getCause());
        }
    }
}
