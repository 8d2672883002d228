package dev.atoll.naming.membership;

import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.serving.Identifiers;
import dev.atoll.naming.serving.Paging;
import dev.atoll.naming.serving.StoreTrouble;
import dev.atoll.naming.serving.Streams;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Store;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.JoinResponse;
import dev.atoll.proto.naming.v1.KeepAliveRequest;
import dev.atoll.proto.naming.v1.KeepAliveResponse;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.LeaveResponse;
import dev.atoll.proto.naming.v1.ListMembersRequest;
import dev.atoll.proto.naming.v1.ListMembersResponse;
import dev.atoll.proto.naming.v1.Member;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.proto.naming.v1.WatchMembersRequest;
import dev.atoll.proto.naming.v1.WatchMembersResponse;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.DurationWire;

import io.grpc.stub.StreamObserver;

import java.time.Duration;

/** The contract Membership. Its methods block. */
public final class MembershipService extends MembershipGrpc.MembershipImplBase {
    private final Store store;
    private final Members members;
    private final Paging paging;
    private final PrefixFeed feed;
    private final Streams streams;

    /**
     * Serves the members in a store.
     *
     * @param feed of {@link Members#PREFIX}
     */
    public MembershipService(Store store, Members members, PrefixFeed feed, Streams streams) {
        this.store = store;
        this.members = members;
        this.paging = new Paging(store);
        this.feed = feed;
        this.streams = streams;
    }

    @Override
    public void join(JoinRequest request, StreamObserver<JoinResponse> out) {
        FieldChecks checks = new FieldChecks();
        Duration timeToLive = MemberChecks.check(checks, request);
        checks.throwIfAny();
        Lease lease = members.join(request.getMember(), timeToLive);
        out.onNext(
                JoinResponse.newBuilder()
                        .setLeaseId(lease.id())
                        .setTimeToLive(DurationWire.toProto(lease.timeToLive()))
                        .build());
        out.onCompleted();
    }

    @Override
    public void keepAlive(KeepAliveRequest request, StreamObserver<KeepAliveResponse> out) {
        checkLease(request.getLeaseId());
        Lease lease =
                store.keepAlive(request.getLeaseId())
                        .orElseThrow(() -> StoreTrouble.leaseNotFound(request.getLeaseId()));
        out.onNext(
                KeepAliveResponse.newBuilder()
                        .setTimeToLive(DurationWire.toProto(lease.timeToLive()))
                        .build());
        out.onCompleted();
    }

    @Override
    public void leave(LeaveRequest request, StreamObserver<LeaveResponse> out) {
        checkLease(request.getLeaseId());
        store.revoke(request.getLeaseId());
        out.onNext(LeaveResponse.getDefaultInstance());
        out.onCompleted();
    }

    @Override
    public void listMembers(ListMembersRequest request, StreamObserver<ListMembersResponse> out) {
        FieldChecks checks = new FieldChecks();
        checkRole(checks, request.getRole(), request.getRoleValue());
        Paging.check(checks, request.getPageSize(), request.getPageToken());
        checks.throwIfAny();
        Paging.Result page =
                paging.page(
                        Members.PREFIX,
                        request.getPageSize(),
                        request.getPageToken(),
                        entry -> isWanted(request.getRole(), Members.read(entry)));
        ListMembersResponse.Builder response =
                ListMembersResponse.newBuilder().setNextPageToken(page.nextPageToken());
        page.entries().forEach(entry -> response.addMembers(Members.read(entry)));
        out.onNext(response.build());
        out.onCompleted();
    }

    @Override
    public void watchMembers(
            WatchMembersRequest request, StreamObserver<WatchMembersResponse> out) {
        FieldChecks checks = new FieldChecks();
        checkRole(checks, request.getRole(), request.getRoleValue());
        checks.throwIfAny();
        streams.open(out, new MemberWatch(store, feed, request.getRole()));
    }

    static boolean isWanted(Role wanted, Member member) {
        return wanted == Role.ROLE_UNSPECIFIED || wanted == member.getRole();
    }

    private static void checkRole(FieldChecks checks, Role role, int value) {
        checks.check(role != Role.UNRECOGNIZED, "role", value, "a role, or nothing for all");
    }

    private static void checkLease(long leaseId) {
        FieldChecks checks = new FieldChecks();
        Identifiers.checkLeaseId(checks, leaseId);
        checks.throwIfAny();
    }
}
