package dev.atoll.naming.service;

import static dev.atoll.naming.service.NamingCaller.LONG_SECONDS;
import static dev.atoll.naming.service.NamingCaller.errorOf;
import static dev.atoll.naming.service.NamingCaller.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;

import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.JoinResponse;
import dev.atoll.proto.naming.v1.ListMembersRequest;
import dev.atoll.proto.naming.v1.ListMembersResponse;
import dev.atoll.proto.naming.v1.Member;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.proto.naming.v1.WatchMembersResponse;
import dev.atoll.proto.naming.v1.WatchMembersResponse.Kind;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldViolation;

import io.grpc.Status;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** What Membership must do. */
abstract class MembershipContract extends NamingServiceContract {
    @Test
    void join_makesAMemberPresent_untilItLeaves() {
        Member reef = member("reef-1", 7, Role.ROLE_WORKER);
        long lease = caller.join(reef, LONG_SECONDS);

        Member present = list(Role.ROLE_UNSPECIFIED, 0, "").getMembers(0);
        assertThat(present.toBuilder().clearJoinTime().build()).isEqualTo(reef);
        assertThat(present.getJoinTime().getSeconds()).isPositive();
        caller.keepAlive(lease);

        caller.leave(lease);
        caller.leave(lease);
        assertThat(list(Role.ROLE_UNSPECIFIED, 0, "").getMembersList()).isEmpty();
    }

    @Test
    void join_withoutATimeToLive_isGrantedTheDefault() {
        JoinResponse joined =
                caller.membership()
                        .join(
                                JoinRequest.newBuilder()
                                        .setMember(member("reef-1", 1, Role.ROLE_WORKER))
                                        .build());

        assertThat(joined.getTimeToLive()).isEqualTo(Duration.newBuilder().setSeconds(10).build());
        assertThat(joined.getLeaseId()).isNotZero();
    }

    @Test
    void lease_withoutKeepAlive_runsOutAndTheMemberIsGone() {
        try (StreamProbe<WatchMembersResponse> watch = caller.watchMembers(Role.ROLE_WORKER)) {
            long lease = caller.join(member("reef-1", 1, Role.ROLE_WORKER), 2);
            assertThat(watch.next(m -> m.getKind() == Kind.KIND_LEFT).getMember().getMemberId())
                    .isEqualTo("reef-1");

            ApiException gone = errorOf(() -> caller.keepAlive(lease));
            assertThat(gone.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(gone.reason()).isEqualTo("LEASE_NOT_FOUND");
        }
    }

    @Test
    void join_again_returnsTheLivingLease() {
        Member reef = member("reef-1", 3, Role.ROLE_WORKER);
        long first = caller.join(reef, LONG_SECONDS);

        assertThat(caller.join(reef, LONG_SECONDS)).isEqualTo(first);
        Member moved = reef.toBuilder().setAddress("elsewhere:1").build();
        assertThat(caller.join(moved, LONG_SECONDS)).isEqualTo(first);
        assertThat(list(Role.ROLE_UNSPECIFIED, 0, "").getMembersList())
                .extracting(Member::getAddress)
                .containsExactly("elsewhere:1");
    }

    @Test
    void join_newerIncarnation_endsTheOlderOneAndWhatHungOnIt() {
        long older = caller.join(member("reef-1", 3, Role.ROLE_WORKER), LONG_SECONDS);
        caller.bind("reef/one", "here", older);

        long newer = caller.join(member("reef-1", 4, Role.ROLE_WORKER), LONG_SECONDS);

        assertThat(newer).isNotEqualTo(older);
        assertThat(errorOf(() -> caller.keepAlive(older)).reason()).isEqualTo("LEASE_NOT_FOUND");
        caller.keepAlive(newer);
        assertThat(list(Role.ROLE_UNSPECIFIED, 0, "").getMembersList())
                .extracting(Member::getIncarnation)
                .containsExactly(4L);
        assertThat(errorOf(() -> caller.bind("reef/one", "there", older)).reason())
                .isEqualTo("LEASE_NOT_FOUND");
    }

    @Test
    void join_olderIncarnation_isRefused() {
        caller.join(member("reef-1", 4, Role.ROLE_WORKER), LONG_SECONDS);

        ApiException refused =
                errorOf(() -> caller.join(member("reef-1", 3, Role.ROLE_WORKER), LONG_SECONDS));

        assertThat(refused.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(refused.reason()).isEqualTo("NEWER_INCARNATION");
        assertThat(refused.metadata()).containsEntry("incarnation", "4");
    }

    @Test
    void join_allIncarnationsAtOnce_theNewestStays() {
        int count = 12;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= count; i++) {
                Member reef = member("reef-1", i, Role.ROLE_WORKER);
                pool.submit(() -> joinUntilAnswered(reef));
            }
        }

        assertThat(list(Role.ROLE_UNSPECIFIED, 0, "").getMembersList())
                .extracting(Member::getIncarnation)
                .containsExactly((long) count);
    }

    @Test
    void join_everyFieldWrong_namesThemAll() {
        JoinRequest request =
                JoinRequest.newBuilder()
                        .setMember(
                                Member.newBuilder()
                                        .setMemberId("Reef 1")
                                        .setAddress("nowhere")
                                        .putAttributes("k", "v".repeat(256)))
                        .setTimeToLive(Duration.newBuilder().setSeconds(1))
                        .build();

        ApiException refused = errorOf(() -> caller.membership().join(request));

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.violations())
                .extracting(FieldViolation::field)
                .containsExactlyInAnyOrder(
                        "member.member_id",
                        "member.incarnation",
                        "member.role",
                        "member.address",
                        "member.attributes[k]",
                        "time_to_live");
    }

    @Test
    void listMembers_goesPageByPage_inOrderAndByRole() {
        IntStream.range(0, 25)
                .forEach(i -> {
                    Role role = i % 5 == 0 ? Role.ROLE_MASTER : Role.ROLE_WORKER;
                    caller.join(member("reef-%02d".formatted(i), 1, role), LONG_SECONDS);
                });

        List<String> workers = new ArrayList<>();
        List<Integer> pageSizes = new ArrayList<>();
        String token = "";
        do {
            ListMembersResponse page = list(Role.ROLE_WORKER, 8, token);
            page.getMembersList().forEach(member -> workers.add(member.getMemberId()));
            pageSizes.add(page.getMembersCount());
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(pageSizes).containsExactly(8, 8, 4);
        assertThat(workers).hasSize(20).isSorted().doesNotContain("reef-00", "reef-20");
    }

    @Test
    void listMembers_lastPageExactlyFull_hasNoToken() {
        IntStream.range(0, 4).forEach(i -> caller.joinMaster("reef-" + i));

        ListMembersResponse first = list(Role.ROLE_MASTER, 2, "");
        ListMembersResponse second = list(Role.ROLE_MASTER, 2, first.getNextPageToken());

        assertThat(second.getMembersCount()).isEqualTo(2);
        assertThat(second.getNextPageToken()).isEmpty();
    }

    @Test
    void listMembers_badPaging_isRefused() {
        ApiException refused = errorOf(() -> list(Role.ROLE_WORKER, 1_001, "not a token!"));

        assertThat(refused.violations())
                .extracting(FieldViolation::field)
                .containsExactly("page_size", "page_token");
    }

    @Test
    void watchMembers_sendsThePresentOnesThenSyncedThenEveryChange() {
        long first = caller.join(member("reef-1", 1, Role.ROLE_WORKER), LONG_SECONDS);
        caller.join(member("reef-2", 1, Role.ROLE_WORKER), LONG_SECONDS);
        caller.join(member("head-1", 1, Role.ROLE_MASTER), LONG_SECONDS);
        try (StreamProbe<WatchMembersResponse> watch = caller.watchMembers(Role.ROLE_WORKER)) {
            assertThat(tell(watch.next())).isEqualTo("KIND_JOINED reef-1 1");
            assertThat(tell(watch.next())).isEqualTo("KIND_JOINED reef-2 1");
            assertThat(tell(watch.next())).isEqualTo("KIND_SYNCED");

            caller.leave(first);
            caller.join(member("head-2", 1, Role.ROLE_MASTER), LONG_SECONDS);
            caller.join(member("reef-2", 2, Role.ROLE_WORKER), LONG_SECONDS);
            caller.join(member("reef-2", 3, Role.ROLE_MASTER), LONG_SECONDS);
            caller.join(member("reef-3", 1, Role.ROLE_WORKER), LONG_SECONDS);

            assertThat(tell(watch.next())).isEqualTo("KIND_LEFT reef-1 0");
            assertThat(tell(watch.next())).isEqualTo("KIND_JOINED reef-2 2");
            assertThat(tell(watch.next())).isEqualTo("KIND_LEFT reef-2 0");
            assertThat(tell(watch.next())).isEqualTo("KIND_JOINED reef-3 1");
        }
    }

    @Test
    void metrics_countWhatHappens() {
        caller.join(member("reef-1", 1, Role.ROLE_WORKER), LONG_SECONDS);
        try (StreamProbe<WatchMembersResponse> watch = caller.watchMembers(Role.ROLE_WORKER)) {
            watch.next(message -> message.getKind() == Kind.KIND_SYNCED);

            assertThat(scrape())
                    .contains("atoll_naming_members ")
                    .contains("atoll_naming_streams 1.0")
                    .contains("atoll_naming_store_seconds_bucket{operation=\"commit\"");
        }
    }

    private void joinUntilAnswered(Member member) {
        boolean answered = false;
        while (!answered) {
            try {
                caller.join(member, LONG_SECONDS);
                answered = true;
            } catch (RuntimeException e) {
                answered = ApiException.from(e).is("NEWER_INCARNATION");
            }
        }
    }

    private ListMembersResponse list(Role role, int pageSize, String pageToken) {
        return caller.membership()
                .listMembers(
                        ListMembersRequest.newBuilder()
                                .setRole(role)
                                .setPageSize(pageSize)
                                .setPageToken(pageToken)
                                .build());
    }

    private static String tell(WatchMembersResponse message) {
        return message.hasMember()
                ? message.getKind()
                        + " "
                        + message.getMember().getMemberId()
                        + " "
                        + message.getMember().getIncarnation()
                : message.getKind().toString();
    }
}
