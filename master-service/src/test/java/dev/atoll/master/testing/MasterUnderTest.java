package dev.atoll.master.testing;

import dev.atoll.master.MasterConfig;
import dev.atoll.master.MasterProgram;
import dev.atoll.proto.cluster.v1.ClusterServiceGrpc;
import dev.atoll.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import dev.atoll.proto.cluster.v1.GetClusterRequest;
import dev.atoll.proto.job.v1.Durability;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceStub;
import dev.atoll.proto.job.v1.JobSpec;
import dev.atoll.proto.job.v1.StageSpec;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.TaskTemplate;
import dev.atoll.proto.job.v1.WatchJobRequest;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.BlobServiceGrpc.BlobServiceBlockingStub;
import dev.atoll.proto.worker.v1.BlobServiceGrpc.BlobServiceStub;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;

import io.grpc.ManagedChannel;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A whole master in this process, over real connections, and a client of it. */
public final class MasterUnderTest implements AutoCloseable {
    private final RunningService master;
    private final Metrics metrics = new Metrics();
    private final BlockingQueue<String> fatal = new LinkedBlockingQueue<>();
    private final ManagedChannel channel;

    public MasterUnderTest(FakeNaming naming) throws Exception {
        this(naming, config(naming));
    }

    public MasterUnderTest(FakeNaming naming, MasterConfig config) throws Exception {
        master =
                new MasterProgram()
                        .start(
                                config,
                                new ServiceContext(
                                        "master",
                                        metrics,
                                        (reason, _) -> fatal.add(reason),
                                        Map.of()));
        channel = new Channels(Security.none()).open(master.address());
    }

    /** Settings with little patience. */
    public static MasterConfig config(FakeNaming naming) {
        return config(naming, Duration.ofSeconds(40), false);
    }

    /** The same, but that clients may be told of no worker. */
    public static MasterConfig config(FakeNaming naming, boolean relaysAll) {
        return config(naming, Duration.ofSeconds(40), relaysAll);
    }

    /** The same, but that a worker is given up when it was silent for so long. */
    public static MasterConfig config(FakeNaming naming, Duration silenceLost) {
        return config(naming, silenceLost, false);
    }

    private static MasterConfig config(FakeNaming naming, Duration silenceLost, boolean relaysAll) {
        return new MasterConfig(
                HostAndPort.anyLoopbackPort(),
                Optional.empty(),
                Optional.of("master-1"),
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                1_000,
                relaysAll,
                new MasterConfig.Tuning(
                        silenceLost.dividedBy(2),
                        silenceLost,
                        Duration.ofMillis(200),
                        Duration.ofMillis(200),
                        Duration.ofMillis(500),
                        100,
                        20_000_000,
                        10),
                NamingConfig.of(naming.address()),
                SecurityConfig.none());
    }

    /** Waits until it leads. */
    public MasterUnderTest leading() throws Exception {
        Times.await(
                "the master leads",
                () -> {
                    try {
                        cluster().getCluster(GetClusterRequest.getDefaultInstance());
                        return true;
                    } catch (RuntimeException e) {
                        Times.require(ApiException.from(e).is("NOT_LEADING"), e.toString());
                        return false;
                    }
                });
        return this;
    }

    public HostAndPort address() {
        return master.address();
    }

    public JobServiceBlockingStub jobs() {
        return JobServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(Times.LONG_SECONDS, Times.UNIT);
    }

    public JobServiceStub asyncJobs() {
        return JobServiceGrpc.newStub(channel);
    }

    public ClusterServiceBlockingStub cluster() {
        return ClusterServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(Times.LONG_SECONDS, Times.UNIT);
    }

    public BlobServiceBlockingStub blobs() {
        return BlobServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(Times.LONG_SECONDS, Times.UNIT);
    }

    public BlobServiceStub asyncBlobs() {
        return BlobServiceGrpc.newStub(channel);
    }

    public ManagedChannel channel() {
        return channel;
    }

    public Metrics metrics() {
        return metrics;
    }

    public BlockingQueue<String> fatal() {
        return fatal;
    }

    /** Submits a job of one stage. */
    public long submit(String requestId, int taskCount) {
        return jobs().submitJob(submission(requestId, taskCount)).getJobId();
    }

    public static SubmitJobRequest submission(String requestId, int taskCount) {
        return SubmitJobRequest.newBuilder()
                .setRequestId(requestId)
                .setSpec(
                        JobSpec.newBuilder()
                                .setDurability(Durability.DURABILITY_ONE)
                                .addStages(
                                        StageSpec.newBuilder()
                                                .setTaskCount(taskCount)
                                                .setTask(
                                                        TaskTemplate.newBuilder()
                                                                .addAllCommand(
                                                                        List.of("echo", "{}")))))
                .build();
    }

    /** Watches a job to its end. */
    public Job awaitEnd(long job) {
        Job latest = Job.getDefaultInstance();
        var watch = jobs().watchJob(WatchJobRequest.newBuilder().setJobId(job).build());
        while (watch.hasNext()) {
            latest = watch.next().getJob();
        }
        return latest;
    }

    /** Stops it, as at the end of its process. */
    public void stop() {
        channel.shutdownNow();
        master.close();
        metrics.close();
    }

    @Override
    public void close() {
        stop();
    }
}
