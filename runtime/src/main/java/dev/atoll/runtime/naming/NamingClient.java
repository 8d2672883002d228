package dev.atoll.runtime.naming;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.BindRequest;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.CampaignRequest;
import dev.atoll.proto.naming.v1.ElectionGrpc;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.ListMembersRequest;
import dev.atoll.proto.naming.v1.ListMembersResponse;
import dev.atoll.proto.naming.v1.ListNamesRequest;
import dev.atoll.proto.naming.v1.ListNamesResponse;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderRequest;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.proto.naming.v1.ResignRequest;
import dev.atoll.proto.naming.v1.ResolveRequest;
import dev.atoll.proto.naming.v1.UnbindRequest;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.AbstractBlockingStub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The naming service as its callers see it. Goes to the next replica when one does not answer. Safe
 * for use by several threads. Every call that asks may throw {@link ApiException}: UNAVAILABLE
 * (reason NAMING_UNREACHABLE) when no replica answers in time.
 */
public final class NamingClient implements AutoCloseable {
    /** The office of the master that leads. */
    public static final String MASTER_OFFICE = "master";

    private static final String NAME_NOT_FOUND = "NAME_NOT_FOUND";
    private static final long NO_LEASE = 0;
    private static final Duration LOOK_AGAIN_PAUSE = Duration.ofSeconds(2);

    private final Duration timeout;
    private final Channels channels;
    private final NamingReplicas replicas;
    private final Set<Subscription> subscriptions;
    private final Set<Lease> leases;
    private final AtomicLong lookedAgainNanos;

    /** Connects with the first call. */
    public NamingClient(NamingConfig config, Channels channels) {
        this.timeout = config.timeout();
        this.channels = channels;
        this.replicas = new NamingReplicas(config.addresses(), channels);
        this.subscriptions = ConcurrentHashMap.newKeySet();
        this.leases = ConcurrentHashMap.newKeySet();
        this.lookedAgainNanos = new AtomicLong(System.nanoTime() - LOOK_AGAIN_PAUSE.toNanos());
    }

    /**
     * Joins the cluster. Tries until the naming service answers, for as long as the caller's
     * patience lasts.
     *
     * @param member who joins
     * @param timeToLive how long it stays present without a keep-alive: 2 s to 10 min, a wish
     * @param patience how long to try
     * @param onLost called once with the reason, on a thread that may block, when the lease is
     *     lost; not when it is closed
     * @throws ApiException ALREADY_EXISTS (reason NEWER_INCARNATION), INVALID_ARGUMENT, or
     *     UNAVAILABLE when the patience is over
     */
    public Lease join(
            Member member, Duration timeToLive, Duration patience, Consumer<String> onLost) {
        JoinRequest request =
                JoinRequest.newBuilder()
                        .setMember(MemberMessages.toProto(member))
                        .setTimeToLive(Durations.toProto(timeToLive))
                        .build();
        Lease lease = LeaseKeeper.join(replicas, request, timeout, patience, onLost);
        leases.add(lease);
        lease.whenOver(() -> leases.remove(lease));
        return lease;
    }

    /** The members of a role that are present, ordered by id. */
    public List<Member> listMembers(Member.Role role) {
        List<Member> members = new ArrayList<>();
        ListMembersRequest.Builder request =
                ListMembersRequest.newBuilder().setRole(MemberMessages.toProto(role));
        String pageToken = "";
        do {
            ListMembersRequest page = request.setPageToken(pageToken).build();
            ListMembersResponse response =
                    call(MembershipGrpc::newBlockingStub, stub -> stub.listMembers(page));
            response.getMembersList().stream().map(MemberMessages::fromProto).forEach(members::add);
            pageToken = response.getNextPageToken();
        } while (!pageToken.isEmpty());
        return members;
    }

    /**
     * Stands for an office, until the candidacy is closed or the lease is over.
     *
     * @param address where the leader is reached
     * @param listener hears each change, in order, on one thread that may block; must not throw
     */
    public Candidacy campaign(
            String office, Lease lease, HostAndPort address, Consumer<CandidacyNews> listener) {
        CampaignRequest request =
                CampaignRequest.newBuilder()
                        .setOffice(office)
                        .setLeaseId(lease.id())
                        .setAddress(address.toString())
                        .build();
        CandidacyReader reader = new CandidacyReader(office, lease, listener);
        NewsStream<?> stream =
                new NewsStream<>(
                        replicas,
                        channel -> ElectionGrpc.newBlockingStub(channel).campaign(request),
                        reader);
        subscriptions.add(stream);
        stream.start("candidacy-" + office);
        lease.whenOver(stream::close);
        return () -> {
            reader.resign();
            stream.close();
            if (subscriptions.remove(stream) && !lease.isOver()) {
                resign(office, lease);
            }
        };
    }

    /**
     * Observes who holds an office: at once, and at each change. Never ends by itself.
     *
     * @param listener hears each change, in order, on one thread that may block; must not throw
     */
    public Subscription observeLeader(String office, Consumer<LeaderNews> listener) {
        ObserveLeaderRequest request = ObserveLeaderRequest.newBuilder().setOffice(office).build();
        NewsStream<ObserveLeaderResponse> stream =
                new NewsStream<>(
                        replicas,
                        channel -> ElectionGrpc.newBlockingStub(channel).observeLeader(request),
                        new LeaderReader(listener));
        subscriptions.add(stream);
        stream.start("observer-" + office);
        return () -> {
            stream.close();
            subscriptions.remove(stream);
        };
    }

    /**
     * Has observers and candidates ask the next replica what they want to know, for who has found
     * that what they were told is not true, or that they were not told: a replica may hang, or be
     * cut off from the others. Returns at once. Does nothing within 2 s of the last time: an answer
     * may be under way.
     */
    public void lookAgain() {
        long now = System.nanoTime();
        long last = lookedAgainNanos.get();
        if (now - last >= LOOK_AGAIN_PAUSE.toNanos() && lookedAgainNanos.compareAndSet(last, now)) {
            replicas.turnFrom(replicas.current());
        }
    }

    /**
     * Opens a channel that leads to whoever holds an office, and follows the office. While nobody
     * holds it, calls fail with UNAVAILABLE, or wait if they are told to ({@code
     * withWaitForReady()}).
     */
    public ManagedChannel openLeaderChannel(String office) {
        return openLeaderChannel(office, UnaryOperator.identity());
    }

    /** The same with callbacks on the transport's own threads, as {@link Channels#openDirect}. */
    public ManagedChannel openDirectLeaderChannel(String office) {
        return openLeaderChannel(office, ManagedChannelBuilder::directExecutor);
    }

    /** Why the naming service cannot be had, in a sentence; empty if it can. */
    public Optional<String> trouble() {
        return replicas.trouble().now();
    }

    /** The durable record of what the leader promised. */
    public Ledger ledger() {
        return new RemoteLedger(replicas, timeout);
    }

    /** Binds a name to a value for ever; the latest bind wins. */
    public void bind(String name, ByteString value) {
        bindOn(name, value, NO_LEASE);
    }

    /** Binds a name to a value for as long as a lease lives; the latest bind wins. */
    public void bind(String name, ByteString value, Lease lease) {
        bindOn(name, value, lease.id());
    }

    /** Removes a name; one that is not bound is no error. */
    public void unbind(String name) {
        UnbindRequest request = UnbindRequest.newBuilder().setName(name).build();
        call(NamesGrpc::newBlockingStub, stub -> stub.unbind(request));
    }

    /**
     * Binds a name to a value for ever, unless it has changed meanwhile.
     *
     * @param expectedRevision at which the name stands; 0: it is not bound
     * @throws ApiException ABORTED (reason NAME_CHANGED), also when only the answer to the same
     *     bind was lost: look what it stands for
     */
    public void bind(String name, ByteString value, long expectedRevision) {
        Binding binding = Binding.newBuilder().setName(name).setValue(value).build();
        BindRequest request =
                BindRequest.newBuilder()
                        .setBinding(binding)
                        .setExpectedRevision(expectedRevision)
                        .build();
        call(NamesGrpc::newBlockingStub, stub -> stub.bind(request));
    }

    /** Removes a name that stands at this revision; the same errors. */
    public void unbind(String name, long expectedRevision) {
        UnbindRequest request =
                UnbindRequest.newBuilder()
                        .setName(name)
                        .setExpectedRevision(expectedRevision)
                        .build();
        call(NamesGrpc::newBlockingStub, stub -> stub.unbind(request));
    }

    /**
     * Some names under a prefix, in order.
     *
     * @param pageToken of the page before; empty for the first
     */
    public NamePage listNames(String prefix, int size, String pageToken) {
        ListNamesRequest request =
                ListNamesRequest.newBuilder()
                        .setPrefix(prefix)
                        .setPageSize(size)
                        .setPageToken(pageToken)
                        .build();
        ListNamesResponse page = call(NamesGrpc::newBlockingStub, stub -> stub.listNames(request));
        return new NamePage(
                page.getBindingsList().stream().map(BoundName::of).toList(),
                page.getNextPageToken());
    }

    /** What a name stands for. */
    public Optional<ByteString> resolve(String name) {
        return lookUp(name).map(BoundName::value);
    }

    /** What a name stands for, and since which revision. */
    public Optional<BoundName> lookUp(String name) {
        ResolveRequest request = ResolveRequest.newBuilder().setName(name).build();
        try {
            return Optional.of(
                    BoundName.of(
                            call(NamesGrpc::newBlockingStub, stub -> stub.resolve(request))
                                    .getBinding()));
        } catch (ApiException e) {
            if (e.is(NAME_NOT_FOUND)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Ends what was begun: subscriptions and candidacies end, leases are left. Idempotent. */
    @Override
    public void close() {
        leases.forEach(Lease::close);
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
        replicas.close();
    }

    private ManagedChannel openLeaderChannel(
            String office, UnaryOperator<ManagedChannelBuilder<?>> more) {
        return channels.open(
                LeaderNameResolverProvider.SCHEME + ":///" + office,
                builder ->
                        more.apply(
                                builder.setNameResolverArg(
                                        LeaderNameResolverProvider.NAMING, this)));
    }

    private void resign(String office, Lease lease) {
        ResignRequest request =
                ResignRequest.newBuilder().setOffice(office).setLeaseId(lease.id()).build();
        call(ElectionGrpc::newBlockingStub, stub -> stub.resign(request));
    }

    private void bindOn(String name, ByteString value, long leaseId) {
        Binding binding = Binding.newBuilder().setName(name).setValue(value).build();
        BindRequest request =
                BindRequest.newBuilder().setBinding(binding).setLeaseId(leaseId).build();
        call(NamesGrpc::newBlockingStub, stub -> stub.bind(request));
    }

    private <S extends AbstractBlockingStub<S>, T> T call(
            Function<Channel, S> stubs, Function<S, T> call) {
        return replicas.call(timeout, timeout, stubs, call);
    }
}
