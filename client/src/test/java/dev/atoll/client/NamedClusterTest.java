package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Channel;
import io.grpc.ManagedChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A cluster that is known by its naming service. */
class NamedClusterTest {
    private static final JobRequest JOB = JobRequest.command("true");

    @Test
    void callsFollowTheLeader() throws Exception {
        try (FakeMaster first = new FakeMaster();
                FakeMaster second = new FakeMaster();
                FakeNaming naming = new FakeNaming().leads(5, first);
                Atoll cluster = connect(naming)) {
            cluster.submit(JOB);
            naming.leads(6, second);
            while (second.submits().isEmpty()) {
                cluster.submit(JOB);
            }

            assertThat(first.submits()).isNotEmpty();
        }
    }

    @Test
    void aCallToAFrozenLeader_isCutOffWhenAnotherLeads() throws Exception {
        try (FakeMaster frozen = new FakeMaster().freezes();
                FakeMaster second = new FakeMaster();
                FakeNaming naming = new FakeNaming().leads(5, frozen);
                Atoll cluster = connect(naming)) {
            CompletableFuture<Job> job = CompletableFuture.supplyAsync(() -> cluster.submit(JOB));
            frozen.awaitCall();

            naming.leads(6, second);

            assertThat(job.get(20, TimeUnit.SECONDS).id().value()).isEqualTo(1);
            assertThat(second.submits()).hasSize(1);
        }
    }

    @Test
    @Timeout(60)
    void aCallToAMasterThatLeadsAnew_isNotCutOff() throws Exception {
        try (FakeMaster first = new FakeMaster();
                FakeMaster second = new FakeMaster();
                FakeNaming naming = new FakeNaming().leads(5, first);
                NamedEndpoint endpoint = endpoint(naming)) {
            Channel before = endpoint.channel();

            naming.nobodyLeads();
            while (!(endpoint.channel() instanceof ClosedChannel)) {
                Thread.onSpinWait();
            }
            naming.leads(6, first);
            while (endpoint.channel() instanceof ClosedChannel) {
                Thread.onSpinWait();
            }

            assertThat(endpoint.channel()).isSameAs(before);
            assertThat(((ManagedChannel) before).isShutdown()).isFalse();
            naming.leads(7, second);
            while (!((ManagedChannel) before).isShutdown()) {
                Thread.onSpinWait();
            }
        }
    }

    private static NamedEndpoint endpoint(FakeNaming naming) {
        ConnectOptions options = ConnectOptions.to("naming://" + naming.address());
        return (NamedEndpoint) Endpoints.of(options);
    }

    @Test
    void aCallWaitsWhileNobodyLeads() throws Exception {
        try (FakeMaster master = new FakeMaster();
                FakeNaming naming = new FakeNaming().nobodyLeads();
                Atoll cluster = connect(naming)) {
            CompletableFuture<Job> job = CompletableFuture.supplyAsync(() -> cluster.submit(JOB));

            naming.leads(5, master);

            assertThat(job.get(20, TimeUnit.SECONDS).id().value()).isEqualTo(1);
        }
    }

    @Test
    void aLongWaitIsTold() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (FakeMaster master = new FakeMaster();
                FakeNaming naming = new FakeNaming().nobodyLeads();
                Atoll cluster = connect(naming).whenWaiting(told::complete)) {
            CompletableFuture<Job> job = CompletableFuture.supplyAsync(() -> cluster.submit(JOB));

            assertThat(told.get(20, TimeUnit.SECONDS)).contains("no master leads");
            naming.leads(5, master);
            assertThat(job.get(20, TimeUnit.SECONDS).id().value()).isEqualTo(1);
        }
    }

    @Test
    void aReplicaThatSaysNothing_isPassedOver() throws Exception {
        try (FakeMaster master = new FakeMaster();
                FakeNaming silent = new FakeNaming();
                FakeNaming speaking = new FakeNaming().leads(5, master);
                Atoll cluster = connect(silent, speaking)) {
            assertThat(cluster.submit(JOB).id().value()).isEqualTo(1);
        }
    }

    @Test
    void noNamingServiceIsSaidSoon() throws Exception {
        int freePort = freePort();
        ConnectOptions options =
                new ConnectOptions(
                        ClusterAddress.parse("naming://127.0.0.1:" + freePort),
                        ConnectOptions.Credentials.none(),
                        Duration.ofMillis(500),
                        Duration.ofMinutes(1));
        try (Atoll cluster = Atoll.connect(options)) {
            assertThatThrownBy(() -> cluster.submit(JOB))
                    .isInstanceOfSatisfying(
                            ClusterUnavailableException.class,
                            e -> assertThat(e.reached()).isFalse())
                    .hasMessageContaining("naming://127.0.0.1:" + freePort)
                    .hasMessageContaining("refused");
        }
    }

    private static Atoll connect(FakeNaming... replicas) {
        StringBuilder address = new StringBuilder("naming://");
        for (FakeNaming replica : replicas) {
            address.append(address.toString().endsWith("/") ? "" : ",").append(replica.address());
        }
        return Atoll.connect(address.toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
