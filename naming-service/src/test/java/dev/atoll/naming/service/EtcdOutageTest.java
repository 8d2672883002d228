package dev.atoll.naming.service;

import static dev.atoll.naming.service.NamingCaller.LONG_SECONDS;
import static dev.atoll.naming.service.NamingCaller.errorOf;
import static dev.atoll.naming.service.NamingCaller.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.atoll.naming.NamingServer;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.etcd.EtcdStore;
import dev.atoll.naming.testing.EtcdServer;
import dev.atoll.naming.testing.RequiresEtcd;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CampaignResponse.State;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.proto.naming.v1.WatchMembersResponse;
import dev.atoll.proto.naming.v1.WatchMembersResponse.Kind;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.metrics.Metrics;

import io.grpc.Status;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;

/** Two naming services on one etcd, which is killed and started again. */
@RequiresEtcd
@Timeout(240)
final class EtcdOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EtcdServer etcd;
    private Metrics metrics;
    private NamingServer one;
    private NamingServer two;
    private NamingCaller toOne;
    private NamingCaller toTwo;

    @BeforeEach
    void start() throws Exception {
        etcd = EtcdServer.start();
        metrics = new Metrics();
        one = NamingServer.start(listen(), Security.none(), open(), metrics);
        two = NamingServer.start(listen(), Security.none(), open(), new Metrics());
        toOne = new NamingCaller(one.address());
        toTwo = new NamingCaller(two.address());
    }

    @AfterEach
    void stop() {
        toOne.close();
        toTwo.close();
        one.close();
        two.close();
        metrics.close();
        etcd.close();
    }

    @Test
    void candidatesOfTwoServices_haveOneLeader_andTheOtherTakesOver() {
        long first = toOne.joinMaster("head-1");
        long second = toTwo.joinMaster("head-2");
        try (StreamProbe<CampaignResponse> here = toOne.campaign("head-1:1", first)) {
            long epoch = here.next(m -> m.getState() == State.STATE_ELECTED).getEpoch();
            try (StreamProbe<CampaignResponse> there = toTwo.campaign("head-2:1", second)) {
                assertThat(there.next().getLeaderAddress()).isEqualTo("head-1:1");
                // The service that the leader came through is gone: the other must notice alone.
                one.close();
                toTwo.leave(first);

                assertThat(there.next(m -> m.getState() == State.STATE_ELECTED).getEpoch())
                        .isGreaterThan(epoch);
            }
        }
    }

    @Test
    void outage_isTold_andEverythingGoesOnAfterwards() {
        long lease = toOne.join(member("head-1", 1, Role.ROLE_MASTER), LONG_SECONDS);
        try (StreamProbe<CampaignResponse> campaign = toOne.campaign("head-1:1", lease);
                StreamProbe<WatchMembersResponse> watch = toTwo.watchMembers(Role.ROLE_WORKER)) {
            long epoch = campaign.next(m -> m.getState() == State.STATE_ELECTED).getEpoch();
            watch.next(m -> m.getKind() == Kind.KIND_SYNCED);
            toOne.commit(epoch, 1, Map.of("a", "1"));

            etcd.kill();
            ApiException failed = errorOf(() -> toOne.commit(epoch, 2, Map.of("a", "2")));
            assertThat(failed.code()).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
            assertThat(failed.reason()).isEqualTo("OUTCOME_UNKNOWN");
            assertThat(errorOf(() -> toOne.keepAlive(lease)).reason())
                    .isEqualTo("STORE_UNAVAILABLE");
            await().atMost(PATIENCE).until(() -> metrics.unwell().contains("naming-store"));

            etcd.restart();
            await().atMost(PATIENCE).until(() -> metrics.unwell().isEmpty());
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> toOne.commit(epoch, 2, Map.of("a", "2")) != null);
            toOne.keepAlive(lease);
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> toOne.join(member("reef-1", 1, Role.ROLE_WORKER), 60) != 0);
            assertThat(watch.next().getMember().getMemberId()).isEqualTo("reef-1");
            assertThat(toOne.commit(epoch, 2, Map.of()).getCommittedSequence()).isEqualTo(2);
        }
    }

    private Store open() {
        return new EtcdStore(etcd.endpoints(), "/outage", Duration.ofSeconds(3));
    }

    private static HostAndPort listen() {
        return HostAndPort.anyLoopbackPort();
    }
}
