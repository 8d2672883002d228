package dev.atoll.cli;

import com.google.protobuf.ByteString;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Signals;
import dev.atoll.client.local.LocalCluster;
import dev.atoll.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceImplBase;
import dev.atoll.proto.cluster.v1.ListNodesRequest;
import dev.atoll.proto.cluster.v1.ListNodesResponse;
import dev.atoll.proto.cluster.v1.Node;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.AttachmentEnded;
import dev.atoll.proto.job.v1.AttachmentStarted;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceImplBase;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.ListJobsRequest;
import dev.atoll.proto.job.v1.ListJobsResponse;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.job.v1.StageStatus;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.SubmitJobResponse;
import dev.atoll.proto.job.v1.WatchJobRequest;
import dev.atoll.proto.job.v1.WatchJobResponse;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does what short commands do, against a master that only pretends, so that the JVM can remember
 * which classes they need: the launcher makes its start-up cache of it.
 */
final class Rehearsal {
    private static final List<List<String>> SCENES =
            List.of(
                    List.of("jobs"),
                    List.of("nodes"),
                    List.of("map", "--range", "1..2", "--no-progress", "--", "true"),
                    List.of("run", "--cpus", "1", "--", "true"));

    private static final String TOKEN = "token";

    private Rehearsal() {}

    static int play(Shell shell) throws IOException {
        Server master =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .directExecutor()
                        .addService(new Jobs())
                        .addService(new Nodes())
                        .build()
                        .start();
        Signals.rehearse();
        int worst = ExitCode.OK;
        Path home = Files.createTempDirectory("atoll-rehearsal-");
        try {
            Map<String, String> environment = environment(shell, home, master.getPort());
            Shell stage =
                    new Shell(environment, shell.in(), shell.out(), shell.err(), shell.terminal());
            for (List<String> scene : SCENES) {
                worst = Math.max(worst, new AtollCommand(stage).run(scene.toArray(String[]::new)));
            }
        } finally {
            LocalCluster.remove(home);
            Files.deleteIfExists(home.resolve(TOKEN));
            Files.deleteIfExists(home);
            master.shutdownNow();
        }
        return worst;
    }

    /* The cluster is found as the local one usually is: by its state file and its secret. */
    private static Map<String, String> environment(Shell shell, Path home, int port)
            throws IOException {
        Path token = home.resolve(TOKEN);
        Files.createFile(
                token,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, "not-a-secret-at-all");
        new LocalCluster(
                        "127.0.0.1:" + port,
                        token,
                        List.of(new LocalCluster.Member("master", 1, "1", token)))
                .write(home);
        Map<String, String> environment = new HashMap<>(shell.environment());
        environment.keySet().removeIf(name -> name.startsWith("ATOLL_"));
        environment.put("ATOLL_HOME", home.toString());
        return environment;
    }

    private static Job job() {
        return Job.newBuilder()
                .setJobId(1)
                .setState(JobState.JOB_STATE_SUCCEEDED)
                .addStages(StageStatus.newBuilder().setTaskCount(1).setSucceededCount(1))
                .build();
    }

    private static <T> void answer(StreamObserver<T> observer, T message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    private static final class Nodes extends ClusterServiceImplBase {
        @Override
        public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> answer) {
            Node node = Node.newBuilder().setNodeId("worker").build();
            answer(answer, ListNodesResponse.newBuilder().addNodes(node).build());
        }
    }

    private static final class Jobs extends JobServiceImplBase {
        @Override
        public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobResponse> answer) {
            answer(answer, SubmitJobResponse.newBuilder().setJobId(1).build());
        }

        @Override
        public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> answer) {
            answer(answer, ListJobsResponse.newBuilder().addJobs(job()).build());
        }

        @Override
        public void watchJob(WatchJobRequest request, StreamObserver<WatchJobResponse> answer) {
            answer(answer, WatchJobResponse.newBuilder().setJob(job()).build());
        }

        @Override
        public void readOutput(
                ReadOutputRequest request, StreamObserver<ReadOutputResponse> answer) {
            OutputChunk chunk =
                    OutputChunk.newBuilder()
                            .setData(ByteString.copyFromUtf8("rehearsed\n"))
                            .setLast(true)
                            .build();
            answer(answer, ReadOutputResponse.newBuilder().addChunks(chunk).build());
        }

        @Override
        public StreamObserver<AttachTaskRequest> attachTask(
                StreamObserver<AttachTaskResponse> answer) {
            answer.onNext(
                    AttachTaskResponse.newBuilder()
                            .setStarted(AttachmentStarted.newBuilder().setAttempt(1))
                            .build());
            answer.onNext(
                    AttachTaskResponse.newBuilder()
                            .setStdout(ByteString.copyFromUtf8("rehearsed\n"))
                            .build());
            answer(
                    answer,
                    AttachTaskResponse.newBuilder()
                            .setEnded(AttachmentEnded.getDefaultInstance())
                            .build());
            return new StreamObserver<>() {
                @Override
                public void onNext(AttachTaskRequest request) {}

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {}
            };
        }
    }
}
