package dev.atoll.worker.copy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.core.agent.AgentCommand.CopyOutputs;
import dev.atoll.core.agent.AgentEvent.CopyEnded;
import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.worker.v1.OutputRecord;
import dev.atoll.proto.worker.v1.OutputServiceGrpc.OutputServiceImplBase;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.worker.disk.DiskRoom;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.Spool;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/** Copies from a worker that does what no real one can be made to do at the right moment. */
class OutputCopierTest {
    private static final StageRef STAGE = new StageRef(new JobId(7), 1);
    private static final Ranges TASKS = Ranges.between(0, 3);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long LEAST = 64 << 20;

    private final Source source = new Source();
    private final CompletableFuture<CopyEnded> ended = new CompletableFuture<>();
    private Server server;
    private PeerChannels peers;
    private SegmentStore segments;

    @TempDir Path directory;

    /** Sends what the test tells it to. */
    private static final class Source extends OutputServiceImplBase {
        final BlockingQueue<StreamObserver<ReadTaskOutputsResponse>> calls =
                new LinkedBlockingQueue<>();

        @Override
        public void readTaskOutputs(
                ReadTaskOutputsRequest request, StreamObserver<ReadTaskOutputsResponse> responses) {
            calls.add(responses);
        }

        StreamObserver<ReadTaskOutputsResponse> call() throws InterruptedException {
            return calls.poll(1, TimeUnit.MINUTES);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server =
                NettyServerBuilder.forAddress(HostAndPort.anyLoopbackPort().toSocketAddress())
                        .addService(source)
                        .build()
                        .start();
        peers = new PeerChannels(new Channels(Security.none()), 1);
        segments = SegmentStore.open(directory.resolve("segments"));
    }

    @AfterEach
    void stop() throws Exception {
        peers.close();
        server.shutdownNow();
        segments.close();
    }

    @Test
    void whoeverFallsSilentIsToBlameForAllThatIsLeft() throws Exception {
        OutputCopier copier = copier(Duration.ofMillis(200), () -> 2 * LEAST);
        copier.copy(order(), ended::complete);
        source.call().onNext(whole(0, "precious"));

        CopyEnded end = ended.get(1, TimeUnit.MINUTES);

        assertThat(end.copied()).isEqualTo(Ranges.of(0));
        assertThat(end.trouble())
                .hasValueSatisfying(trouble -> {
                    assertThat(trouble.tasks()).isEqualTo(Ranges.between(1, 3));
                    assertThat(trouble.isSourceToBlame()).isTrue();
                });
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotFetchedToItsEnd() throws Exception {
        OutputCopier copier = copier(LONG, () -> 2 * LEAST);
        copier.copy(order(), ended::complete);
        StreamObserver<ReadTaskOutputsResponse> call = source.call();
        call.onNext(part(0));

        copier.dropJob(STAGE.job());
        call.onNext(part(0));

        CopyEnded end = ended.get(1, TimeUnit.MINUTES);
        assertThat(end.copied()).isEqualTo(Ranges.empty());
        assertThat(end.trouble()).isEmpty();
        assertThat(segments.held()).isEmpty();
    }

    @Test
    void aCopyEndsWhereItTakesTheRoomThatTasksNeed() throws Exception {
        AtomicLong free = new AtomicLong(LEAST);
        copier(LONG, free::get).copy(order(), ended::complete);
        StreamObserver<ReadTaskOutputsResponse> call = source.call();
        free.set(LEAST - 1);

        call.onNext(part(0));

        CopyEnded end = ended.get(1, TimeUnit.MINUTES);
        assertThat(end.copied()).isEqualTo(Ranges.empty());
        assertThat(end.trouble())
                .hasValueSatisfying(trouble -> {
                    assertThat(trouble.tasks()).isEqualTo(TASKS);
                    assertThat(trouble.isSourceToBlame()).isFalse();
                    assertThat(trouble.detail()).startsWith("its disk is full");
                });
    }

    private OutputCopier copier(Duration patience, LongSupplier free) throws Exception {
        Counter copied = new SimpleMeterRegistry().counter("copied");
        Spool spool = Spool.open(directory.resolve("copies"));
        DiskRoom room = new DiskRoom(free, LEAST);
        return new OutputCopier(
                new OutputCopier.Tools(peers, segments, spool, room, copied, patience));
    }

    private CopyOutputs order() {
        return new CopyOutputs(1, 1, STAGE, TASKS, new CopySource(new WorkerId("w1"), address()));
    }

    private String address() {
        return "127.0.0.1:" + server.getPort();
    }

    private static ReadTaskOutputsResponse whole(int task, String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return ReadTaskOutputsResponse.newBuilder()
                .addChunks(chunk(task, text).setLast(true))
                .addRecords(
                        OutputRecord.newBuilder()
                                .setIndex(task)
                                .setAttempt(1)
                                .setOutputChecksum((int) checksum.getValue()))
                .build();
    }

    private static ReadTaskOutputsResponse part(int task) {
        return ReadTaskOutputsResponse.newBuilder().addChunks(chunk(task, "more to come")).build();
    }

    private static OutputChunk.Builder chunk(int task, String text) {
        return OutputChunk.newBuilder().setIndex(task).setData(ByteString.copyFromUtf8(text));
    }
}
