package dev.atoll.naming.service;

import static dev.atoll.naming.service.NamingCaller.OFFICE;
import static dev.atoll.naming.service.NamingCaller.errorOf;
import static dev.atoll.naming.service.NamingCaller.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.proto.naming.v1.CampaignRequest;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CampaignResponse.State;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.proto.naming.v1.ResignRequest;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.runtime.grpc.FieldViolation;

import io.grpc.Status;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What Election must do. */
abstract class ElectionContract extends NamingServiceContract {
    @Test
    void campaign_alone_leadsAtOnce() {
        long lease = caller.joinMaster("head-1");
        try (StreamProbe<CampaignResponse> campaign = caller.campaign("head-1:1", lease)) {
            CampaignResponse elected = campaign.next();

            assertThat(elected.getState()).isEqualTo(State.STATE_ELECTED);
            assertThat(elected.getEpoch()).isPositive();
            assertThat(elected.getLeaderAddress()).isEqualTo("head-1:1");
        }
    }

    @Test
    void campaign_second_waitsAndTakesOverWhenTheFirstLeaves() {
        long first = caller.joinMaster("head-1");
        long second = caller.joinMaster("head-2");
        try (StreamProbe<CampaignResponse> one = caller.campaign("head-1:1", first)) {
            CampaignResponse elected = one.next();
            try (StreamProbe<CampaignResponse> two = caller.campaign("head-2:1", second)) {
                CampaignResponse waiting = two.next();
                assertThat(waiting.getState()).isEqualTo(State.STATE_WAITING);
                assertThat(waiting.getEpoch()).isEqualTo(elected.getEpoch());
                assertThat(waiting.getLeaderAddress()).isEqualTo("head-1:1");

                caller.leave(first);

                CampaignResponse next = two.next(m -> m.getState() == State.STATE_ELECTED);
                assertThat(next.getEpoch()).isGreaterThan(elected.getEpoch());
                assertThat(one.next().getState()).isEqualTo(State.STATE_DEPOSED);
                one.assertCompleted();
            }
        }
    }

    @Test
    void leader_silent_isReplacedWhenItsLeaseRunsOut() {
        long silent = caller.join(member("head-1", 1, Role.ROLE_MASTER), 2);
        long patient = caller.joinMaster("head-2");
        try (StreamProbe<CampaignResponse> one = caller.campaign("head-1:1", silent)) {
            long epoch = one.next().getEpoch();
            try (StreamProbe<CampaignResponse> two = caller.campaign("head-2:1", patient)) {
                CampaignResponse next = two.next(m -> m.getState() == State.STATE_ELECTED);

                assertThat(next.getEpoch()).isGreaterThan(epoch);
                assertThat(one.next().getState()).isEqualTo(State.STATE_DEPOSED);
            }
        }
    }

    @Test
    void leader_replacedByItsNewerIncarnation_isDeposed() {
        long older = caller.join(member("head-1", 1, Role.ROLE_MASTER), NamingCaller.LONG_SECONDS);
        try (StreamProbe<CampaignResponse> one = caller.campaign("head-1:1", older)) {
            assertThat(one.next().getState()).isEqualTo(State.STATE_ELECTED);

            caller.join(member("head-1", 2, Role.ROLE_MASTER), NamingCaller.LONG_SECONDS);

            assertThat(one.next().getState()).isEqualTo(State.STATE_DEPOSED);
        }
    }

    @Test
    void campaign_streamGone_theCandidacyStaysAndARepeatResumesIt() {
        long lease = caller.joinMaster("head-1");
        long epoch;
        try (StreamProbe<CampaignResponse> campaign = caller.campaign("head-1:1", lease)) {
            epoch = campaign.next().getEpoch();
        }
        try (StreamProbe<CampaignResponse> again = caller.campaign("head-1:1", lease)) {
            CampaignResponse resumed = again.next();

            assertThat(resumed.getState()).isEqualTo(State.STATE_ELECTED);
            assertThat(resumed.getEpoch()).isEqualTo(epoch);
        }
    }

    @Test
    void candidates_takeOverInTheOrderInWhichTheyCame() {
        List<Long> leases = new ArrayList<>();
        List<StreamProbe<CampaignResponse>> campaigns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(caller.joinMaster("head-" + i));
            campaigns.add(caller.campaign("head-" + i + ":1", leases.get(i)));
            campaigns.get(i).next();
        }

        List<String> leaders = new ArrayList<>();
        long epoch = 0;
        try (StreamProbe<ObserveLeaderResponse> observer = caller.observe()) {
            for (int i = 0; i < 4; i++) {
                long before = epoch;
                ObserveLeaderResponse leader =
                        observer.next(message -> message.getEpoch() > before);
                epoch = leader.getEpoch();
                leaders.add(leader.getLeaderAddress());
                caller.leave(leases.get(i));
            }
            assertThat(observer.next().getEpoch()).isZero();
        }

        assertThat(leaders).containsExactly("head-0:1", "head-1:1", "head-2:1", "head-3:1");
        campaigns.forEach(StreamProbe::close);
    }

    @Test
    void resign_endsATermAndACandidacy_andMayBeRepeated() {
        long first = caller.joinMaster("head-1");
        long second = caller.joinMaster("head-2");
        try (StreamProbe<CampaignResponse> one = caller.campaign("head-1:1", first);
                StreamProbe<ObserveLeaderResponse> observer = caller.observe()) {
            long epoch = one.next().getEpoch();
            observer.next(message -> message.getEpoch() == epoch);
            try (StreamProbe<CampaignResponse> two = caller.campaign("head-2:1", second)) {
                assertThat(two.next().getState()).isEqualTo(State.STATE_WAITING);
                resign(second);
                assertThat(two.next().getState()).isEqualTo(State.STATE_DEPOSED);
                two.assertCompleted();
            }

            resign(first);
            resign(first);

            assertThat(one.next().getState()).isEqualTo(State.STATE_DEPOSED);
            assertThat(observer.next().getEpoch()).isZero();
            caller.keepAlive(first);
        }
    }

    @Test
    void resign_andStandAgain_isANewTerm() {
        long lease = caller.joinMaster("head-1");
        long epoch;
        try (StreamProbe<CampaignResponse> campaign = caller.campaign("head-1:1", lease)) {
            epoch = campaign.next().getEpoch();
        }
        resign(lease);
        try (StreamProbe<CampaignResponse> again = caller.campaign("head-1:1", lease)) {
            assertThat(again.next().getEpoch()).isGreaterThan(epoch);
        }
    }

    @Test
    void campaign_withoutALease_isRefused() {
        try (StreamProbe<CampaignResponse> campaign = caller.campaign("head-1:1", 0x5eed)) {
            var error = campaign.error();
            assertThat(error.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(error.reason()).isEqualTo("LEASE_NOT_FOUND");
        }
    }

    @Test
    void campaign_everyFieldWrong_namesThemAll() {
        var error =
                errorOf(() ->
                        caller.election()
                                .campaign(
                                        CampaignRequest.newBuilder()
                                                .setOffice("The Office")
                                                .setAddress("x")
                                                .build())
                                .hasNext());

        assertThat(error.violations())
                .extracting(FieldViolation::field)
                .containsExactly("office", "lease_id", "address");
    }

    @Test
    void observe_nobody_saysSoAtOnce() {
        try (StreamProbe<ObserveLeaderResponse> observer = caller.observe()) {
            assertThat(observer.next()).isEqualTo(ObserveLeaderResponse.getDefaultInstance());
        }
    }

    private void resign(long leaseId) {
        var _ =
                caller.election()
                        .resign(
                                ResignRequest.newBuilder()
                                        .setOffice(OFFICE)
                                        .setLeaseId(leaseId)
                                        .build());
    }
}
