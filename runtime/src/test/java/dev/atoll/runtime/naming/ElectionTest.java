package dev.atoll.runtime.naming;

import static dev.atoll.runtime.naming.ScriptedNaming.next;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CampaignResponse.State;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class ElectionTest {
    private static final HostAndPort HERE = new HostAndPort("127.0.0.1", 7401);
    private static final HostAndPort THERE = new HostAndPort("127.0.0.2", 7401);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<CandidacyNews> candidacyNews = new LinkedBlockingQueue<>();
    private final BlockingQueue<LeaderNews> leaderNews = new LinkedBlockingQueue<>();
    private ScriptedNaming naming;
    private NamingClient client;

    @BeforeEach
    void start() throws IOException {
        naming = ScriptedNaming.start();
        NamingConfig config = new NamingConfig(List.of(naming.address()), Duration.ofSeconds(2));
        client = new NamingClient(config, new Channels(Security.none()));
        open.push(naming);
        open.push(client);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void candidate_hearsThatAnotherLeadsAndThenThatItDoes() throws Exception {
        campaign();
        StreamObserver<CampaignResponse> candidate = next(naming.candidates);
        assertThat(next(naming.campaigns))
                .satisfies(request -> {
                    assertThat(request.getOffice()).isEqualTo("master");
                    assertThat(request.getLeaseId()).isEqualTo(42);
                    assertThat(request.getAddress()).isEqualTo(HERE.toString());
                });

        candidate.onNext(campaign(State.STATE_WAITING, 5, THERE));
        candidate.onNext(campaign(State.STATE_WAITING, 5, THERE));
        candidate.onNext(campaign(State.STATE_ELECTED, 6, HERE));

        assertThat(next(candidacyNews))
                .isEqualTo(new CandidacyNews.Waiting(Optional.of(new Leader(5, THERE))));
        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Elected(6));
    }

    @Test
    void brokenStream_isOpenedAgainAndRepeatsNoNews() throws Exception {
        campaign();
        StreamObserver<CampaignResponse> candidate = next(naming.candidates);
        candidate.onNext(campaign(State.STATE_ELECTED, 6, HERE));
        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Elected(6));

        candidate.onError(Status.UNAVAILABLE.asException());
        StreamObserver<CampaignResponse> again = next(naming.candidates);
        again.onNext(campaign(State.STATE_ELECTED, 6, HERE));
        again.onCompleted();
        StreamObserver<CampaignResponse> onceMore = next(naming.candidates);
        onceMore.onNext(campaign(State.STATE_DEPOSED, 7, THERE));

        assertThat(next(candidacyNews)).isInstanceOf(CandidacyNews.Deposed.class);
        assertThat(candidacyNews).isEmpty();
    }

    @Test
    void leaderThatHearsOfAnotherTerm_isDeposed() throws Exception {
        campaign();
        StreamObserver<CampaignResponse> candidate = next(naming.candidates);
        candidate.onNext(campaign(State.STATE_ELECTED, 6, HERE));
        candidate.onNext(campaign(State.STATE_ELECTED, 8, HERE));

        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Elected(6));
        assertThat(next(candidacyNews)).isInstanceOf(CandidacyNews.Deposed.class);
    }

    @Test
    void candidateWithoutALease_isDeposed() throws Exception {
        campaign();
        next(naming.candidates)
                .onError(
                        ApiException.notFound("LEASE_NOT_FOUND", "no such lease")
                                .toStatusException());

        assertThat(next(candidacyNews))
                .isEqualTo(
                        new CandidacyNews.Deposed(
                                "the naming service does not know the lease any more"));
    }

    @Test
    void leaderWhoseLeaseIsLost_isDeposedThoughItsStreamIsSilent() throws Exception {
        // Long enough for a machine that is busy, or it would be over before the election.
        naming.timeToLive = Duration.ofSeconds(5);
        campaign();
        next(naming.candidates).onNext(campaign(State.STATE_ELECTED, 6, HERE));
        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Elected(6));

        naming.keepAliveMood = ScriptedNaming.KeepAliveMood.SAY_NOTHING;

        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Deposed("the lease is over"));
    }

    @Test
    void candidateThatCloses_resignsAndHearsNothingMore() throws Exception {
        Candidacy candidacy = campaign();
        next(naming.candidates).onNext(campaign(State.STATE_ELECTED, 6, HERE));
        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Elected(6));

        candidacy.close();

        assertThat(next(naming.resigns).getLeaseId()).isEqualTo(42);
        client.close();
        next(naming.leaves);
        assertThat(candidacyNews).isEmpty();
    }

    @Test
    void observer_hearsEachLeaderOnceAndNoneOfAnEarlierTerm() throws Exception {
        client.observeLeader("master", leaderNews::add);
        StreamObserver<ObserveLeaderResponse> observer = next(naming.observers);

        observer.onNext(ObserveLeaderResponse.getDefaultInstance());
        observer.onNext(leader(5, HERE));
        observer.onNext(leader(5, HERE));
        observer.onNext(leader(4, THERE));
        observer.onNext(leader(6, THERE));

        assertThat(next(leaderNews)).isEqualTo(new LeaderNews.Vacant());
        assertThat(next(leaderNews)).isEqualTo(new LeaderNews.Leads(new Leader(5, HERE)));
        assertThat(next(leaderNews)).isEqualTo(new LeaderNews.Leads(new Leader(6, THERE)));
    }

    @Test
    void observer_hearsThatTheServiceIsUnreachableAndGoesOn() throws Exception {
        client.observeLeader("master", leaderNews::add);
        next(naming.observers).onNext(leader(5, HERE));
        assertThat(next(leaderNews)).isEqualTo(new LeaderNews.Leads(new Leader(5, HERE)));

        naming.close();
        assertThat(next(leaderNews))
                .isInstanceOfSatisfying(
                        LeaderNews.Unreachable.class,
                        news -> assertThat(news.error().isUnavailable()).isTrue());
        ScriptedNaming restarted = ScriptedNaming.start(naming.address());
        open.addLast(restarted);
        next(restarted.observers).onNext(leader(5, HERE));

        assertThat(next(leaderNews)).isEqualTo(new LeaderNews.Leads(new Leader(5, HERE)));
    }

    @Test
    void observer_asksAnotherReplicaWhenThisOneSaysNothing() throws Exception {
        ScriptedNaming other = ScriptedNaming.start();
        open.addLast(other);
        NamingClient both = clientOf(naming, other);
        both.observeLeader("master", leaderNews::add);
        next(naming.observers);

        both.lookAgain();

        next(other.observers).onNext(leader(5, HERE));
        assertThat(next(leaderNews)).isEqualTo(new LeaderNews.Leads(new Leader(5, HERE)));
        assertThat(leaderNews).isEmpty();
    }

    @Test
    void candidate_leavesAReplicaThatDoesNotKeepTheLeaseAlive() throws Exception {
        ScriptedNaming other = ScriptedNaming.start();
        open.addLast(other);
        naming.timeToLive = ScriptedNaming.SHORT;
        naming.keepAliveMood = ScriptedNaming.KeepAliveMood.SAY_NOTHING;
        NamingClient both = clientOf(naming, other);
        Member member = new Member("m-1", 1, Member.Role.MASTER, HERE, Map.of());
        Lease lease = both.join(member, ScriptedNaming.SHORT, Duration.ofSeconds(20), _ -> {});
        both.campaign("master", lease, HERE, candidacyNews::add);
        next(naming.candidates).onNext(campaign(State.STATE_WAITING, 5, THERE));

        next(other.candidates).onNext(campaign(State.STATE_ELECTED, 6, HERE));

        assertThat(next(candidacyNews))
                .isEqualTo(new CandidacyNews.Waiting(Optional.of(new Leader(5, THERE))));
        assertThat(next(candidacyNews)).isEqualTo(new CandidacyNews.Elected(6));
    }

    private NamingClient clientOf(ScriptedNaming... replicas) {
        HostAndPort[] addresses =
                Stream.of(replicas).map(ScriptedNaming::address).toArray(HostAndPort[]::new);
        NamingClient made =
                new NamingClient(NamingConfig.of(addresses), new Channels(Security.none()));
        open.push(made);
        return made;
    }

    @Test
    void leaderChannel_followsTheOffice() throws Exception {
        ScriptedNaming first = ScriptedNaming.start();
        ScriptedNaming second = ScriptedNaming.start();
        open.addLast(first);
        open.addLast(second);
        ManagedChannel channel = client.openLeaderChannel("master");
        open.push(channel::shutdownNow);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> leave(channel, 1, true));
        StreamObserver<ObserveLeaderResponse> observer = next(naming.observers);

        observer.onNext(leader(5, first.address()));
        assertThat(next(first.leaves).getLeaseId()).isEqualTo(1);
        waiting.get(20, TimeUnit.SECONDS);
        observer.onNext(leader(6, second.address()));
        first.close();

        leave(channel, 2, true);
        assertThat(next(second.leaves).getLeaseId()).isEqualTo(2);
    }

    @Test
    void leaderChannel_goesOnWhileTheServiceIsUnreachable() throws Exception {
        ScriptedNaming leader = ScriptedNaming.start();
        open.addLast(leader);
        ManagedChannel channel = client.openLeaderChannel("master");
        open.push(channel::shutdownNow);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> leave(channel, 1, true));
        next(naming.observers).onNext(leader(5, leader.address()));
        waiting.get(20, TimeUnit.SECONDS);

        naming.close();
        ScriptedNaming restarted = ScriptedNaming.start(naming.address());
        open.addLast(restarted);
        // Whoever asks again has heard that the service was away.
        next(restarted.observers);

        leave(channel, 2, false);
        assertThat(next(leader.leaves).getLeaseId()).isEqualTo(1);
        assertThat(next(leader.leaves).getLeaseId()).isEqualTo(2);
    }

    @Test
    void leaderChannel_saysThatNobodyLeads() throws Exception {
        ManagedChannel channel = client.openLeaderChannel("master");
        open.push(channel::shutdownNow);
        CompletableFuture<ApiException> failure =
                CompletableFuture.supplyAsync(
                        () -> ApiException.from(catchThrowable(() -> leave(channel, 1, false))));
        next(naming.observers).onNext(ObserveLeaderResponse.getDefaultInstance());

        ApiException error = failure.get(20, TimeUnit.SECONDS);
        assertThat(error.isUnavailable()).isTrue();
        assertThat(error.message()).contains("nobody holds the office \"master\"");
    }

    private Candidacy campaign() {
        Member member = new Member("m-1", 1, Member.Role.MASTER, HERE, Map.of());
        Lease lease = client.join(member, Duration.ofSeconds(10), Duration.ofSeconds(20), _ -> {});
        return client.campaign("master", lease, HERE, candidacyNews::add);
    }

    private static void leave(ManagedChannel channel, long lease, boolean wait) {
        MembershipGrpc.MembershipBlockingStub stub = MembershipGrpc.newBlockingStub(channel);
        (wait ? stub.withWaitForReady() : stub)
                .leave(LeaveRequest.newBuilder().setLeaseId(lease).build());
    }

    private static CampaignResponse campaign(State state, long epoch, HostAndPort leader) {
        return CampaignResponse.newBuilder()
                .setState(state)
                .setEpoch(epoch)
                .setLeaderAddress(leader.toString())
                .build();
    }

    private static ObserveLeaderResponse leader(long epoch, HostAndPort address) {
        return ObserveLeaderResponse.newBuilder()
                .setEpoch(epoch)
                .setLeaderAddress(address.toString())
                .build();
    }
}
