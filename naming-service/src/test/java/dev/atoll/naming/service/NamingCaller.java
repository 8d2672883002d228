package dev.atoll.naming.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;

import dev.atoll.proto.naming.v1.BindRequest;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.CampaignRequest;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.ElectionGrpc;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.KeepAliveRequest;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.LedgerEntry;
import dev.atoll.proto.naming.v1.LedgerGrpc;
import dev.atoll.proto.naming.v1.Member;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderRequest;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.proto.naming.v1.WatchMembersRequest;
import dev.atoll.proto.naming.v1.WatchMembersResponse;
import dev.atoll.proto.naming.v1.WatchNamesRequest;
import dev.atoll.proto.naming.v1.WatchNamesResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;

import io.grpc.ManagedChannel;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Calls a naming service over a connection, in the words of the tests. */
final class NamingCaller implements AutoCloseable {
    static final String OFFICE = "master";

    /** Longer than any test: such a lease ends only when it is ended. */
    static final int LONG_SECONDS = 300;

    private static final long CALL_SECONDS_MAX = 30;

    private final ManagedChannel channel;

    NamingCaller(HostAndPort address) {
        channel = new Channels(Security.none()).open(address);
    }

    MembershipGrpc.MembershipBlockingStub membership() {
        return MembershipGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
    }

    ElectionGrpc.ElectionBlockingStub election() {
        return ElectionGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
    }

    NamesGrpc.NamesBlockingStub names() {
        return NamesGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
    }

    LedgerGrpc.LedgerBlockingStub ledger() {
        return LedgerGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
    }

    static Member member(String id, long incarnation, Role role) {
        return Member.newBuilder()
                .setMemberId(id)
                .setIncarnation(incarnation)
                .setRole(role)
                .setAddress(id + ":7401")
                .putAttributes("zone", "lagoon")
                .build();
    }

    /** Joins for so many seconds and answers the lease. */
    long join(Member member, int seconds) {
        JoinRequest request =
                JoinRequest.newBuilder()
                        .setMember(member)
                        .setTimeToLive(Duration.newBuilder().setSeconds(seconds))
                        .build();
        return membership().join(request).getLeaseId();
    }

    /** Joins as a master, for long. */
    long joinMaster(String id) {
        return join(member(id, 1, Role.ROLE_MASTER), LONG_SECONDS);
    }

    void keepAlive(long leaseId) {
        Duration left =
                membership()
                        .keepAlive(KeepAliveRequest.newBuilder().setLeaseId(leaseId).build())
                        .getTimeToLive();
        assertThat(left.getSeconds()).isPositive();
    }

    void leave(long leaseId) {
        var _ = membership().leave(LeaveRequest.newBuilder().setLeaseId(leaseId).build());
    }

    StreamProbe<WatchMembersResponse> watchMembers(Role role) {
        WatchMembersRequest request = WatchMembersRequest.newBuilder().setRole(role).build();
        return StreamProbe.open(out -> MembershipGrpc.newStub(channel).watchMembers(request, out));
    }

    StreamProbe<WatchNamesResponse> watchNames(String prefix) {
        WatchNamesRequest request = WatchNamesRequest.newBuilder().setPrefix(prefix).build();
        return StreamProbe.open(out -> NamesGrpc.newStub(channel).watchNames(request, out));
    }

    /** The same, by a caller that takes nothing until it is told to. */
    StalledProbe watchNamesStalled(String prefix) {
        WatchNamesRequest request = WatchNamesRequest.newBuilder().setPrefix(prefix).build();
        return StalledProbe.open(out -> NamesGrpc.newStub(channel).watchNames(request, out));
    }

    StreamProbe<CampaignResponse> campaign(String address, long leaseId) {
        CampaignRequest request =
                CampaignRequest.newBuilder()
                        .setOffice(OFFICE)
                        .setLeaseId(leaseId)
                        .setAddress(address)
                        .build();
        return StreamProbe.open(out -> ElectionGrpc.newStub(channel).campaign(request, out));
    }

    StreamProbe<ObserveLeaderResponse> observe() {
        ObserveLeaderRequest request = ObserveLeaderRequest.newBuilder().setOffice(OFFICE).build();
        return StreamProbe.open(out -> ElectionGrpc.newStub(channel).observeLeader(request, out));
    }

    void bind(String name, String value, long leaseId) {
        BindRequest request =
                BindRequest.newBuilder()
                        .setBinding(
                                Binding.newBuilder()
                                        .setName(name)
                                        .setValue(ByteString.copyFromUtf8(value)))
                        .setLeaseId(leaseId)
                        .build();
        var _ = names().bind(request);
    }

    CommitResponse commit(long epoch, long sequence, Map<String, String> puts) {
        CommitRequest.Builder request =
                CommitRequest.newBuilder().setEpoch(epoch).setSequence(sequence);
        puts.forEach((key, value) -> request.addPuts(entry(key, value)));
        return ledger().commit(request.build());
    }

    static LedgerEntry entry(String key, String value) {
        return LedgerEntry.newBuilder()
                .setKey(key)
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    /** The error of a call that must fail. */
    static ApiException errorOf(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).as("the call must fail").isNotNull();
        return ApiException.from(thrown);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
