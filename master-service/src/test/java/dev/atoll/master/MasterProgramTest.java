package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.master.testing.Times;
import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.ConfigReader;
import dev.atoll.runtime.program.ServiceProgram;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.ServiceLoader;

/** The master as a program: how it is found, set up, watched and measured. */
final class MasterProgramTest {
    @Test
    void programIsFound() {
        assertThat(ServiceLoader.load(ServiceProgram.class))
                .anyMatch(program -> program instanceof MasterProgram);
    }

    @Test
    void healthSaysWhetherItLeads() throws Exception {
        try (FakeNaming naming = new FakeNaming();
                MasterUnderTest first = new MasterUnderTest(naming).leading();
                MasterUnderTest second = new MasterUnderTest(naming)) {
            Times.await("serving", () -> health(first) == ServingStatus.SERVING);
            assertThat(health(second)).isEqualTo(ServingStatus.NOT_SERVING);
            first.stop();
            Times.await("serving", () -> health(second) == ServingStatus.SERVING);
        }
    }

    @Test
    void metricsTellWhatItDoes() throws Exception {
        try (FakeNaming naming = new FakeNaming();
                MasterUnderTest master = new MasterUnderTest(naming).leading();
                FakeWorker worker = new FakeWorker("w1", master.address())) {
            master.submit("r1", 5);
            worker.run(5);
            master.awaitEnd(1);
            Times.await(
                    "the gauges are up to date",
                    () ->
                            master.metrics()
                                    .scrape()
                                    .contains("atoll_master_tasks{state=\"succeeded\"} 5.0"));
            assertThat(master.metrics().scrape())
                    .contains(
                            "atoll_master_epoch 1.0",
                            "atoll_master_nodes_ready 1.0",
                            "atoll_master_events_total{kind=\"JobSubmitted\"} 1.0",
                            "atoll_master_ledger_commit_latency_seconds_bucket",
                            "atoll_master_dispatch_latency_seconds_bucket",
                            "atoll_master_loop_lag_seconds_bucket",
                            "atoll_master_mailbox_size");
        }
    }

    @Test
    void defaultsOfTheSchedulerAreItsOwn() throws Exception {
        MasterConfig config = ConfigReader.bind(MasterConfig.class, Map.of());
        assertThat(config.tuning().limits()).isEqualTo(SchedulerLimits.defaults());
    }

    @Test
    void impatienceWithHeartbeatsIsRefused() {
        assertThatThrownBy(() -> ConfigReader.bind(MasterConfig.class, Map.of("heartbeat", "2s")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("worker-suspect");
    }

    @Test
    void addressThatNobodyCanReachIsRefused() throws Exception {
        try (FakeNaming naming = new FakeNaming()) {
            Map<String, String> settings =
                    Map.of("listen", "0.0.0.0:0", "naming", naming.address().toString());
            MasterConfig config = ConfigReader.bind(MasterConfig.class, settings);
            assertThatThrownBy(() -> new MasterUnderTest(naming, config))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("advertise");
        }
    }

    private static ServingStatus health(MasterUnderTest master) {
        ManagedChannel channel = master.channel();
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(Times.LONG_SECONDS, Times.UNIT)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }
}
