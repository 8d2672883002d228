package dev.atoll.master.testing;

import com.google.protobuf.Duration;

import dev.atoll.proto.naming.v1.CampaignRequest;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.ElectionGrpc.ElectionImplBase;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.JoinResponse;
import dev.atoll.proto.naming.v1.KeepAliveRequest;
import dev.atoll.proto.naming.v1.KeepAliveResponse;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.LeaveResponse;
import dev.atoll.proto.naming.v1.MembershipGrpc.MembershipImplBase;
import dev.atoll.proto.naming.v1.ResignRequest;
import dev.atoll.proto.naming.v1.ResignResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A naming service in memory: who campaigns first leads, until its lease ends or is taken away. */
public final class FakeNaming implements AutoCloseable {
    private final FakeLedger ledger = new FakeLedger();
    private final GrpcServer server;
    private final Map<Long, StreamObserver<CampaignResponse>> candidates = new LinkedHashMap<>();
    private long lastLease;
    private long lastEpoch;
    private long leader;

    public FakeNaming() throws IOException {
        server =
                GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none())
                        .service(new Membership())
                        .service(new Election())
                        .service(ledger)
                        .start();
    }

    public HostAndPort address() {
        return server.address();
    }

    public FakeLedger ledger() {
        return ledger;
    }

    /** The epoch of whoever was elected last. */
    public synchronized long epoch() {
        return lastEpoch;
    }

    /** Another leads from now on; the one that leads is not told. */
    public synchronized void electAnother() {
        ledger.lead(++lastEpoch);
    }

    /** Takes the office from the one that leads, and tells it. */
    public synchronized void depose() {
        end(leader);
    }

    @Override
    public void close() {
        ledger.release();
        server.close();
    }

    private synchronized void campaign(long lease, StreamObserver<CampaignResponse> responses) {
        candidates.put(lease, responses);
        if (leader == 0) {
            elect();
        } else if (leader == lease) {
            tell(lease, CampaignResponse.State.STATE_ELECTED);
        } else {
            tell(lease, CampaignResponse.State.STATE_WAITING);
        }
    }

    private synchronized void end(long lease) {
        StreamObserver<CampaignResponse> candidate = candidates.get(lease);
        if (candidate != null) {
            tell(lease, CampaignResponse.State.STATE_DEPOSED);
            candidates.remove(lease);
        }
        if (leader == lease) {
            leader = 0;
            ledger.lead(0);
            elect();
        }
    }

    private void elect() {
        if (!candidates.isEmpty()) {
            leader = candidates.keySet().iterator().next();
            ledger.lead(++lastEpoch);
            tell(leader, CampaignResponse.State.STATE_ELECTED);
        }
    }

    private void tell(long lease, CampaignResponse.State state) {
        StreamObserver<CampaignResponse> candidate = candidates.get(lease);
        if (candidate instanceof ServerCallStreamObserver<CampaignResponse> call
                && !call.isCancelled()) {
            call.onNext(CampaignResponse.newBuilder().setState(state).setEpoch(lastEpoch).build());
        }
    }

    private final class Membership extends MembershipImplBase {
        @Override
        public void join(JoinRequest request, StreamObserver<JoinResponse> responses) {
            synchronized (FakeNaming.this) {
                responses.onNext(
                        JoinResponse.newBuilder()
                                .setLeaseId(++lastLease)
                                .setTimeToLive(seconds(10))
                                .build());
            }
            responses.onCompleted();
        }

        @Override
        public void keepAlive(
                KeepAliveRequest request, StreamObserver<KeepAliveResponse> responses) {
            synchronized (FakeNaming.this) {
                if (!candidates.containsKey(request.getLeaseId())) {
                    throw ApiException.notFound("LEASE_NOT_FOUND", "no such lease");
                }
            }
            responses.onNext(KeepAliveResponse.newBuilder().setTimeToLive(seconds(10)).build());
            responses.onCompleted();
        }

        @Override
        public void leave(LeaveRequest request, StreamObserver<LeaveResponse> responses) {
            end(request.getLeaseId());
            responses.onNext(LeaveResponse.getDefaultInstance());
            responses.onCompleted();
        }

        private Duration seconds(long seconds) {
            return Duration.newBuilder().setSeconds(seconds).build();
        }
    }

    private final class Election extends ElectionImplBase {
        @Override
        public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> responses) {
            ((ServerCallStreamObserver<CampaignResponse>) responses).setOnCancelHandler(() -> {});
            FakeNaming.this.campaign(request.getLeaseId(), responses);
        }

        @Override
        public void resign(ResignRequest request, StreamObserver<ResignResponse> responses) {
            end(request.getLeaseId());
            responses.onNext(ResignResponse.getDefaultInstance());
            responses.onCompleted();
        }
    }
}
