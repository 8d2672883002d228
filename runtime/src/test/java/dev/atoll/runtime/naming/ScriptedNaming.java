package dev.atoll.runtime.naming;

import dev.atoll.proto.naming.v1.BindRequest;
import dev.atoll.proto.naming.v1.BindResponse;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.CampaignRequest;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.ElectionGrpc;
import dev.atoll.proto.naming.v1.GetChainRequest;
import dev.atoll.proto.naming.v1.GetChainResponse;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.JoinResponse;
import dev.atoll.proto.naming.v1.KeepAliveRequest;
import dev.atoll.proto.naming.v1.KeepAliveResponse;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.LeaveResponse;
import dev.atoll.proto.naming.v1.LedgerGrpc;
import dev.atoll.proto.naming.v1.ListMembersRequest;
import dev.atoll.proto.naming.v1.ListMembersResponse;
import dev.atoll.proto.naming.v1.LoadEntriesRequest;
import dev.atoll.proto.naming.v1.LoadEntriesResponse;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderRequest;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.proto.naming.v1.ResignRequest;
import dev.atoll.proto.naming.v1.ResignResponse;
import dev.atoll.proto.naming.v1.ResolveRequest;
import dev.atoll.proto.naming.v1.ResolveResponse;
import dev.atoll.proto.naming.v1.UnbindRequest;
import dev.atoll.proto.naming.v1.UnbindResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;

import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A naming service on a real server that answers as a test says. Everything it is asked is kept for
 * the test to look at; streams are handed to the test to write to.
 */
final class ScriptedNaming implements AutoCloseable {
    /** So short that a test may wait for its end, and so long that a busy machine keeps it. */
    static final Duration SHORT = Duration.ofMillis(1_500);

    final BlockingQueue<JoinRequest> joins = new LinkedBlockingQueue<>();
    final BlockingQueue<KeepAliveRequest> keepAlives = new LinkedBlockingQueue<>();
    final BlockingQueue<LeaveRequest> leaves = new LinkedBlockingQueue<>();
    final BlockingQueue<ResignRequest> resigns = new LinkedBlockingQueue<>();
    final BlockingQueue<CampaignRequest> campaigns = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamObserver<CampaignResponse>> candidates = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamObserver<ObserveLeaderResponse>> observers =
            new LinkedBlockingQueue<>();
    final BlockingQueue<CommitRequest> commits = new LinkedBlockingQueue<>();
    final Map<String, Binding> bindings = new ConcurrentHashMap<>();

    volatile Duration timeToLive = Duration.ofSeconds(10);
    volatile KeepAliveMood keepAliveMood = KeepAliveMood.ANSWER;
    volatile Function<CommitRequest, CommitResponse> committer =
            request ->
                    CommitResponse.newBuilder()
                            .setOutcome(CommitResponse.Outcome.OUTCOME_COMMITTED)
                            .setCommittedSequence(request.getSequence())
                            .build();
    volatile List<LoadEntriesResponse> entries = List.of();
    volatile List<ListMembersResponse> memberPages = List.of();

    private final GrpcServer server;

    enum KeepAliveMood {
        ANSWER,
        SAY_NOTHING,
        DENY
    }

    private ScriptedNaming(HostAndPort listen) throws IOException {
        this.server =
                GrpcServer.builder(listen, Security.none())
                        .service(new Membership())
                        .service(new Election())
                        .service(new Names())
                        .service(new Ledger())
                        .start();
    }

    static ScriptedNaming start() throws IOException {
        return start(HostAndPort.anyLoopbackPort());
    }

    static ScriptedNaming start(HostAndPort listen) throws IOException {
        return new ScriptedNaming(listen);
    }

    HostAndPort address() {
        return server.address();
    }

    /** Waits for the next thing of its kind. */
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within 20 s");
        }
        return next;
    }

    @Override
    public void close() {
        server.close();
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    private final class Membership extends MembershipGrpc.MembershipImplBase {
        @Override
        public void join(JoinRequest request, StreamObserver<JoinResponse> observer) {
            joins.add(request);
            answer(
                    observer,
                    JoinResponse.newBuilder()
                            .setLeaseId(42)
                            .setTimeToLive(Durations.toProto(timeToLive))
                            .build());
        }

        @Override
        public void keepAlive(
                KeepAliveRequest request, StreamObserver<KeepAliveResponse> observer) {
            keepAlives.add(request);
            switch (keepAliveMood) {
                case ANSWER -> answer(observer, KeepAliveResponse.getDefaultInstance());
                case SAY_NOTHING -> {}
                case DENY -> throw ApiException.notFound("LEASE_NOT_FOUND", "no such lease");
            }
        }

        @Override
        public void leave(LeaveRequest request, StreamObserver<LeaveResponse> observer) {
            leaves.add(request);
            answer(observer, LeaveResponse.getDefaultInstance());
        }

        @Override
        public void listMembers(
                ListMembersRequest request, StreamObserver<ListMembersResponse> observer) {
            int page =
                    request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
            answer(observer, memberPages.get(page));
        }
    }

    private final class Election extends ElectionGrpc.ElectionImplBase {
        @Override
        public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> observer) {
            campaigns.add(request);
            candidates.add(observer);
        }

        @Override
        public void observeLeader(
                ObserveLeaderRequest request, StreamObserver<ObserveLeaderResponse> observer) {
            observers.add(observer);
        }

        @Override
        public void resign(ResignRequest request, StreamObserver<ResignResponse> observer) {
            resigns.add(request);
            answer(observer, ResignResponse.getDefaultInstance());
        }
    }

    private final class Names extends NamesGrpc.NamesImplBase {
        @Override
        public void bind(BindRequest request, StreamObserver<BindResponse> observer) {
            bindings.put(request.getBinding().getName(), request.getBinding());
            answer(observer, BindResponse.getDefaultInstance());
        }

        @Override
        public void unbind(UnbindRequest request, StreamObserver<UnbindResponse> observer) {
            bindings.remove(request.getName());
            answer(observer, UnbindResponse.getDefaultInstance());
        }

        @Override
        public void resolve(ResolveRequest request, StreamObserver<ResolveResponse> observer) {
            Binding binding = bindings.get(request.getName());
            if (binding == null) {
                throw ApiException.notFound("NAME_NOT_FOUND", "no such name");
            }
            answer(observer, ResolveResponse.newBuilder().setBinding(binding).build());
        }
    }

    private final class Ledger extends LedgerGrpc.LedgerImplBase {
        @Override
        public void loadEntries(
                LoadEntriesRequest request, StreamObserver<LoadEntriesResponse> observer) {
            entries.forEach(observer::onNext);
            observer.onCompleted();
        }

        @Override
        public void commit(CommitRequest request, StreamObserver<CommitResponse> observer) {
            commits.add(request);
            answer(observer, committer.apply(request));
        }

        @Override
        public void getChain(GetChainRequest request, StreamObserver<GetChainResponse> observer) {
            answer(
                    observer,
                    GetChainResponse.newBuilder()
                            .setCommittedSequence(request.getEpoch() * 10)
                            .setLeadingEpoch(request.getEpoch() + 1)
                            .build());
        }
    }
}
