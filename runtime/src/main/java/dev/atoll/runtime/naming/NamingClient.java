package dev.atoll.runtime.naming;

import com.google.protobuf.ByteString;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;

import io.grpc.ManagedChannel;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The naming service as its callers see it. Goes to the next replica when one does not answer. Safe
 * for use by several threads. Every call that asks may throw {@link
 * dev.atoll.runtime.grpc.ApiException}: UNAVAILABLE or DEADLINE_EXCEEDED when no replica answers.
 */
@SuppressWarnings("DoNotCallSuggester") // Only the signatures so far.
public final class NamingClient implements AutoCloseable {
    /** The office of the master that leads. */
    public static final String MASTER_OFFICE = "master";

    private final NamingConfig config;
    private final Channels channels;

    /** Connects with the first call. */
    public NamingClient(NamingConfig config, Channels channels) {
        this.config = config;
        this.channels = channels;
    }

    /**
     * Joins the cluster. Tries until the naming service answers, for as long as the caller's
     * patience lasts.
     *
     * @param member who joins
     * @param timeToLive how long it stays present without a keep-alive: 2 s to 10 min, a wish
     * @param patience how long to try
     * @param onLost called once, on a thread that may block, when the lease is lost; not when it is
     *     closed
     * @throws dev.atoll.runtime.grpc.ApiException ALREADY_EXISTS (reason NEWER_INCARNATION),
     *     INVALID_ARGUMENT, or UNAVAILABLE when the patience is over
     */
    public Lease join(
            Member member, Duration timeToLive, Duration patience, Consumer<String> onLost) {
        throw new UnsupportedOperationException(config + " " + channels.hashCode());
    }

    /** The members of a role that are present, ordered by id. */
    public List<Member> listMembers(Member.Role role) {
        throw new UnsupportedOperationException();
    }

    /**
     * Stands for an office, until the candidacy is closed or the lease is lost.
     *
     * @param address where the leader is reached
     * @param listener hears each change, in order, on one thread that may block
     */
    public Candidacy campaign(
            String office, Lease lease, HostAndPort address, Consumer<CandidacyNews> listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Observes who holds an office: at once, and at each change. Never ends by itself.
     *
     * @param listener hears each change, in order, on one thread that may block
     */
    public Subscription observeLeader(String office, Consumer<LeaderNews> listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens a channel that leads to whoever holds an office, and follows the office. While nobody
     * holds it, calls fail with UNAVAILABLE, or wait if they are told to ({@code
     * withWaitForReady()}).
     */
    public ManagedChannel openLeaderChannel(String office) {
        throw new UnsupportedOperationException();
    }

    /** The same with callbacks on the transport's own threads, as {@link Channels#openDirect}. */
    public ManagedChannel openDirectLeaderChannel(String office) {
        throw new UnsupportedOperationException();
    }

    /** The durable record of what the leader promised. */
    public Ledger ledger() {
        throw new UnsupportedOperationException();
    }

    /** Binds a name to a value for ever; the latest bind wins. */
    public void bind(String name, ByteString value) {
        throw new UnsupportedOperationException();
    }

    /** Binds a name to a value for as long as a lease lives; the latest bind wins. */
    public void bind(String name, ByteString value, Lease lease) {
        throw new UnsupportedOperationException();
    }

    /** Removes a name; one that is not bound is no error. */
    public void unbind(String name) {
        throw new UnsupportedOperationException();
    }

    /** What a name stands for. */
    public Optional<ByteString> resolve(String name) {
        throw new UnsupportedOperationException();
    }

    /** Ends what was begun: subscriptions and candidacies end, leases are left. Idempotent. */
    @Override
    public void close() {}
}
