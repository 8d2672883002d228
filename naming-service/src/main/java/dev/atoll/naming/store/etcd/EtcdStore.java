package dev.atoll.naming.store.etcd;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.grpc.Status;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A store on an etcd cluster, version 3.4 or later. */
public final class EtcdStore implements Store {
    /** A scan reads so many entries at a time: of the largest values, they are 80 MiB. */
    private static final int SCAN_PAGE = 64;

    private static final int MESSAGE_BYTES_MAX = 256 << 20;

    /**
     * Finds out that a connection is dead; etcd by default refuses to be asked more often than 5 s.
     */
    private static final Duration PING_EVERY = Duration.ofSeconds(10);

    private static final Duration PING_ANSWER = Duration.ofSeconds(5);

    private final Client client;
    private final EtcdKeys keys;
    private final EtcdTxns txns;
    private final Duration timeout;

    /**
     * Makes a store; it connects with the first call.
     *
     * @param endpoints the client URLs of the members, at least one
     * @param root what stands before every key in etcd, so that it may be shared
     * @param timeout how long a call waits for its answer
     */
    public EtcdStore(List<URI> endpoints, String root, Duration timeout) {
        // Without the two limits a call to an etcd that is not there would wait for ever.
        this.client =
                Client.builder()
                        .endpoints(endpoints)
                        .waitForReady(false)
                        .retryMaxAttempts(2)
                        .retryMaxDuration(timeout)
                        .connectTimeout(timeout)
                        .keepaliveTime(PING_EVERY)
                        .keepaliveTimeout(PING_ANSWER)
                        .keepaliveWithoutCalls(false)
                        .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                        .build();
        this.keys = new EtcdKeys(root);
        this.txns = new EtcdTxns(client.getKVClient(), keys);
        this.timeout = timeout;
    }

    @Override
    public long revision() {
        return await(client.getKVClient().get(keys.toEtcd("/"))).getHeader().getRevision();
    }

    @Override
    public Optional<Entry> get(String key) {
        GetResponse response = await(client.getKVClient().get(keys.toEtcd(key)));
        return response.getKvs().stream().map(keys::fromEtcd).findFirst();
    }

    @Override
    public Page list(String prefix, String afterKey, int limit) {
        Page.checkLimit(limit);
        return read(prefix, afterKey, limit, 0);
    }

    @Override
    public long scan(String prefix, Consumer<Entry> sink) {
        Page page = read(prefix, "", SCAN_PAGE, 0);
        long revision = page.revision();
        page.entries().forEach(sink);
        while (page.more()) {
            page = read(prefix, page.entries().getLast().key(), SCAN_PAGE, revision);
            page.entries().forEach(sink);
        }
        return revision;
    }

    @Override
    public CommitOutcome commit(Txn txn) {
        try {
            return txns.outcome(await(txns.send(txn)));
        } catch (StoreUnavailableException e) {
            if (isNotFound(e)) {
                return new CommitOutcome.LeaseNotFound();
            }
            boolean timedOut = e.getCause() instanceof TimeoutException;
            return new CommitOutcome.Unknown(String.valueOf(e.getMessage()), timedOut);
        }
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<WatchNotice> sink) {
        EtcdWatch watch = new EtcdWatch(keys, sink);
        WatchOption option =
                WatchOption.builder()
                        .withRange(keys.endOf(prefix))
                        .withRevision(fromRevision)
                        // A member that lost its cluster would otherwise keep silent for ever.
                        .withRequireLeader(true)
                        .build();
        watch.listensTo(client.getWatchClient().watch(keys.toEtcd(prefix), option, watch));
        return watch;
    }

    @Override
    public Lease grant(Duration timeToLive) {
        Lease.checkTimeToLive(timeToLive);
        long seconds = timeToLive.plusSeconds(1).minusNanos(1).toSeconds();
        LeaseGrantResponse granted =
                await(
                        client.getLeaseClient()
                                .grant(seconds, timeout.toMillis(), TimeUnit.MILLISECONDS));
        return new Lease(granted.getID(), Duration.ofSeconds(granted.getTTL()));
    }

    @Override
    public Optional<Lease> keepAlive(long leaseId) {
        try {
            long seconds = await(client.getLeaseClient().keepAliveOnce(leaseId)).getTTL();
            return seconds > 0
                    ? Optional.of(new Lease(leaseId, Duration.ofSeconds(seconds)))
                    : Optional.empty();
        } catch (StoreUnavailableException e) {
            if (isNotFound(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void revoke(long leaseId) {
        try {
            await(client.getLeaseClient().revoke(leaseId));
        } catch (StoreUnavailableException e) {
            if (!isNotFound(e)) {
                throw e;
            }
        }
    }

    @Override
    public void compact(long revision) {
        try {
            await(client.getKVClient().compact(revision));
        } catch (StoreUnavailableException e) {
            // Another process has compacted as far, or further: that is what was wanted.
            if (code(e) != Status.Code.OUT_OF_RANGE) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Reads one page as of a revision; 0: the latest. */
    private Page read(String prefix, String afterKey, int limit, long revision) {
        GetOption option =
                GetOption.builder()
                        .withRange(keys.endOf(prefix))
                        .withLimit(limit)
                        .withRevision(revision)
                        .build();
        GetResponse response =
                await(client.getKVClient().get(keys.startOf(prefix, afterKey), option));
        List<Entry> entries = response.getKvs().stream().map(keys::fromEtcd).toList();
        return new Page(entries, response.isMore(), response.getHeader().getRevision());
    }

    private <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new StoreUnavailableException("no answer from etcd in " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for etcd", e);
        } catch (ExecutionException e) {
            Throwable cause = rootOf(e);
            throw new StoreUnavailableException("etcd: " + cause.getMessage(), cause);
        }
    }

    /** What went wrong, without the envelopes that futures put around it. */
    private static Throwable rootOf(Throwable e) {
        Throwable cause = e.getCause();
        boolean envelope = e instanceof ExecutionException || e instanceof CompletionException;
        return envelope && cause != null ? rootOf(cause) : e;
    }

    /** Whether etcd says that the lease is not there: the only thing of ours that it looks for. */
    private static boolean isNotFound(StoreUnavailableException e) {
        return code(e) == Status.Code.NOT_FOUND;
    }

    /** The code of etcd's answer; jetcd hands it on in two shapes. */
    private static Status.Code code(StoreUnavailableException e) {
        return switch (e.getCause()) {
            case null -> Status.Code.UNKNOWN;
            case EtcdException etcd -> Status.Code.valueOf(etcd.getErrorCode().name());
            case Throwable cause -> Status.fromThrowable(cause).getCode();
        };
    }
}
