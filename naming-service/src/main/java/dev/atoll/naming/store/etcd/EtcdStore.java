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

import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.grpc.Status;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A store on an etcd cluster, version 3.4 or later. */
public final class EtcdStore implements Store {
    /** A scan reads so many entries at a time: of the largest values, they are 20 MiB. */
    private static final int SCAN_PAGE = 16;

    private final EtcdMembers members;
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
        this.members = new EtcdMembers(endpoints, timeout);
        this.keys = new EtcdKeys(root);
        this.txns = new EtcdTxns(keys);
        this.timeout = timeout;
    }

    @Override
    public long revision() {
        return members.ask(client -> client.getKVClient().get(EtcdKeys.ANY))
                .getHeader()
                .getRevision();
    }

    @Override
    public Optional<Entry> get(String key) {
        GetResponse response = members.ask(client -> client.getKVClient().get(keys.toEtcd(key)));
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
            return txns.outcome(members.askOnce(client -> txns.send(client.getKVClient(), txn)));
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
        EtcdConnection.Use connection = members.first().use();
        watch.listensTo(
                connection.client().getWatchClient().watch(keys.toEtcd(prefix), option, watch));
        watch.endsWith(connection);
        return watch;
    }

    @Override
    public Lease grant(Duration timeToLive) {
        Lease.checkTimeToLive(timeToLive);
        long seconds = timeToLive.plusSeconds(1).minusNanos(1).toSeconds();
        LeaseGrantResponse granted =
                members.ask(client ->
                        client.getLeaseClient()
                                .grant(seconds, timeout.toMillis(), TimeUnit.MILLISECONDS));
        return new Lease(granted.getID(), Duration.ofSeconds(granted.getTTL()));
    }

    @Override
    public Optional<Lease> keepAlive(long leaseId) {
        try {
            long seconds =
                    members.ask(client -> client.getLeaseClient().keepAliveOnce(leaseId)).getTTL();
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
            members.ask(client -> client.getLeaseClient().revoke(leaseId));
        } catch (StoreUnavailableException e) {
            if (!isNotFound(e)) {
                throw e;
            }
        }
    }

    @Override
    public void compact(long revision) {
        try {
            members.ask(client -> client.getKVClient().compact(revision));
        } catch (StoreUnavailableException e) {
            // Another process has compacted as far, or further: that is what was wanted.
            if (EtcdMembers.code(e) != Status.Code.OUT_OF_RANGE) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        members.close();
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
                members.ask(
                        client -> client.getKVClient().get(keys.startOf(prefix, afterKey), option));
        List<Entry> entries = response.getKvs().stream().map(keys::fromEtcd).toList();
        return new Page(entries, response.isMore(), response.getHeader().getRevision());
    }

    /** Whether etcd says that the lease is not there: the only thing of ours that it looks for. */
    private static boolean isNotFound(StoreUnavailableException e) {
        return EtcdMembers.code(e) == Status.Code.NOT_FOUND;
    }
}
