package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.proto.job.v1.BackupPolicy;
import dev.atoll.proto.job.v1.Durability;
import dev.atoll.proto.job.v1.FailurePolicy;
import dev.atoll.proto.job.v1.JobSpec;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Calls to a master that answers late, not at all, or with an error. */
class CallsTest {
    private static final JobRequest JOB = JobRequest.command("true");

    @Test
    void aLostAnswerDoesNotSubmitTwice() throws Exception {
        try (FakeMaster master =
                        new FakeMaster()
                                .failsFirst(
                                        ApiException.unavailable("", "the connection broke"),
                                        ApiException.unavailable("NOT_LEADING", "not leading"));
                Atoll cluster = Atoll.connect(master.address())) {
            Job job = cluster.submit(JOB);

            assertThat(job.id().value()).isEqualTo(1);
            assertThat(master.submits()).hasSize(3);
            assertThat(master.submits().stream().map(s -> s.getRequestId()).distinct()).hasSize(1);
        }
    }

    @Test
    void twoSubmissionsAreTwoJobs() throws Exception {
        try (FakeMaster master = new FakeMaster();
                Atoll cluster = Atoll.connect(master.address())) {
            assertThat(cluster.submit(JOB).id()).isNotEqualTo(cluster.submit(JOB).id());
        }
    }

    @Test
    void everyFaultIsNamed() throws Exception {
        FieldChecks checks = new FieldChecks();
        checks.check(false, "stages[0].timeout", "0s", "must be at least 1 ms");
        checks.check(false, "priority", "5000", "must be -1,000 to 1,000");
        ApiException refusal = thrownBy(checks);
        try (FakeMaster master = new FakeMaster().failsFirst(refusal);
                Atoll cluster = Atoll.connect(master.address())) {
            assertThatThrownBy(() -> cluster.submit(JOB))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class, e -> assertThat(e.faults()).hasSize(2))
                    .hasMessageContaining("stages[0].timeout")
                    .hasMessageContaining("priority");
            assertThat(master.submits()).hasSize(1);
        }
    }

    @Test
    void aRefusalIsNotRepeated() throws Exception {
        try (FakeMaster master =
                        new FakeMaster()
                                .failsFirst(
                                        ApiException.resourceExhausted(
                                                "TOO_MANY_JOBS", "10,000 jobs are active"));
                Atoll cluster = Atoll.connect(master.address())) {
            assertThatThrownBy(() -> cluster.submit(JOB))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> {
                                assertThat(e.reason()).isEqualTo("TOO_MANY_JOBS");
                                assertThat(e.passing()).isTrue();
                            });
        }
    }

    @Test
    void noClusterIsSaidSoon() throws Exception {
        int freePort;
        try (ServerSocket socket = new ServerSocket(0)) {
            freePort = socket.getLocalPort();
        }
        ConnectOptions options =
                new ConnectOptions(
                        ClusterAddress.parse("127.0.0.1:" + freePort),
                        ConnectOptions.Credentials.none(),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1));
        try (Atoll cluster = Atoll.connect(options)) {
            assertThatThrownBy(() -> cluster.submit(JOB))
                    .isInstanceOfSatisfying(
                            ClusterUnavailableException.class,
                            e -> assertThat(e.reached()).isFalse())
                    .hasMessageContaining("127.0.0.1:" + freePort)
                    .hasMessageContaining("refused");
        }
    }

    @Test
    void aMasterThatDoesNotLeadIsPassedOver() throws Exception {
        ApiException[] never = new ApiException[50];
        java.util.Arrays.fill(never, ApiException.unavailable("NOT_LEADING", "not leading"));
        try (FakeMaster follower = new FakeMaster().failsFirst(never);
                FakeMaster leader = new FakeMaster();
                Atoll cluster = Atoll.connect(follower.address() + "," + leader.address())) {
            cluster.submit(JOB);
            cluster.submit(JOB);

            assertThat(follower.submits()).hasSize(1);
            assertThat(leader.submits()).hasSize(2);
        }
    }

    @Test
    void pagesAreJoined() throws Exception {
        try (FakeMaster master = new FakeMaster();
                Atoll cluster = Atoll.connect(master.address())) {
            assertThat(cluster.jobs(false).map(job -> job.id().value()))
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    @Test
    void aWatchGoesOnAfterItsConnectionBroke() throws Exception {
        try (FakeMaster master =
                        new FakeMaster()
                                .withWatch(
                                        List.of(
                                                FakeMaster.job(JobState.JOB_STATE_QUEUED, 2, 0),
                                                FakeMaster.job(JobState.JOB_STATE_RUNNING, 2, 1)))
                                .withWatch(
                                        List.of(FakeMaster.job(JobState.JOB_STATE_RUNNING, 2, 1)))
                                .withWatch(
                                        List.of(
                                                FakeMaster.job(
                                                        JobState.JOB_STATE_SUCCEEDED, 2, 2)));
                Atoll cluster = Atoll.connect(master.address())) {
            List<JobStatus.State> seen = new ArrayList<>();
            JobStatus end = cluster.job(1).watch(status -> seen.add(status.state()));

            assertThat(end.succeededCount()).isEqualTo(2);
            assertThat(seen)
                    .containsExactly(
                            JobStatus.State.QUEUED,
                            JobStatus.State.RUNNING,
                            JobStatus.State.RUNNING,
                            JobStatus.State.SUCCEEDED);
            assertThat(master.watchCount()).isEqualTo(3);
        }
    }

    @Test
    void theSpecSaysWhatTheRequestSaid() throws IOException {
        StageRequest first =
                StageRequest.command("echo", "{}")
                        .name("speak")
                        .items(new StageRequest.Items.Sequence(3, 2, 10))
                        .cpuMillis(500)
                        .memoryBytes(1 << 20)
                        .label("zone", "a")
                        .environment("A", "b")
                        .workingDirectory("/srv")
                        .attemptsMax(3)
                        .timeout(Duration.ofSeconds(90))
                        .build();
        StageRequest second =
                StageRequest.command("cat")
                        .input(new StageRequest.Input.Gathered(0))
                        .dependsOn(0)
                        .build();
        try (FakeMaster master = new FakeMaster();
                Atoll cluster = Atoll.connect(master.address())) {
            cluster.submit(
                    JobRequest.builder()
                            .name("both")
                            .priority(7)
                            .stage(first)
                            .stage(second)
                            .failurePolicy(JobRequest.FailurePolicy.FAIL_FAST)
                            .backupPolicy(JobRequest.BackupPolicy.NEVER)
                            .durability(JobRequest.Durability.ONE)
                            .build());
            JobSpec spec = master.submits().getFirst().getSpec();

            assertThat(spec.getName()).isEqualTo("both");
            assertThat(spec.getFailurePolicy()).isEqualTo(FailurePolicy.FAILURE_POLICY_FAIL_FAST);
            assertThat(spec.getBackupPolicy()).isEqualTo(BackupPolicy.BACKUP_POLICY_NEVER);
            assertThat(spec.getDurability()).isEqualTo(Durability.DURABILITY_ONE);
            assertThat(spec.getStages(0).getTaskCount()).isEqualTo(10);
            assertThat(spec.getStages(0).getTask().getSequence().getStep()).isEqualTo(2);
            assertThat(spec.getStages(0).getResources().getCpuMillis()).isEqualTo(500);
            assertThat(spec.getStages(0).getMaxAttempts()).isEqualTo(3);
            assertThat(spec.getStages(0).getTimeout().getSeconds()).isEqualTo(90);
            assertThat(spec.getStages(1).getResources().hasCpuMillis()).isFalse();
            assertThat(spec.getStages(1).getTask().getGathered().getStage()).isZero();
        }
    }

    private static ApiException thrownBy(FieldChecks checks) {
        try {
            checks.throwIfAny();
        } catch (ApiException e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }
}
