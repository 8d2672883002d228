package dev.atoll.worker.remote;

import dev.atoll.core.model.StageRef;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.stream.DeliveredPrefix;
import dev.atoll.worker.attempt.GatherSource;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;

/** Reads the outputs of an earlier stage through the master that leads, in task order. */
public final class LeaderGatherSource implements GatherSource {
    private final Channel leader;
    private final LeaderPatience patience;
    private final Duration remakePatience;

    /**
     * @param leader a channel that leads to whoever leads
     * @param patience while nobody leads
     * @param remakePatience how long to wait while outputs that were lost are made again
     */
    public LeaderGatherSource(Channel leader, LeaderPatience patience, Duration remakePatience) {
        this.leader = leader;
        this.patience = patience;
        this.remakePatience = remakePatience;
    }

    @Override
    public void read(StageRef stage, Receiver receiver) throws IOException {
        Gathering gathering = new Gathering(stage, receiver);
        patience.run(gathering::goOn);
    }

    /** One reading, over all of its tries. */
    private final class Gathering {
        private final StageRef stage;
        private final Receiver receiver;
        private final DeliveredPrefix delivered = new DeliveredPrefix();
        private final RemakeWait remaking = new RemakeWait(remakePatience);

        Gathering(StageRef stage, Receiver receiver) {
            this.stage = stage;
            this.receiver = receiver;
        }

        void goOn(LeaderPatience.Progress progress) throws IOException {
            try {
                read(progress);
            } catch (StatusRuntimeException e) {
                ApiException failure = ApiException.from(e);
                remaking.failed(failure);
                throw failure;
            }
        }

        /** Outputs come in order, so a second try passes over what has come before. */
        private void read(LeaderPatience.Progress progress) throws IOException {
            Iterator<ReadOutputResponse> responses =
                    JobServiceGrpc.newBlockingStub(leader).readOutput(request());
            delivered.replay();
            while (responses.hasNext()) {
                for (OutputChunk chunk : responses.next().getChunksList()) {
                    ByteBuffer fresh = delivered.fresh(chunk.getData().asReadOnlyByteBuffer());
                    if (fresh.hasRemaining()) {
                        int count = fresh.remaining();
                        receiver.accept(fresh);
                        progress.advance(count);
                        remaking.ends();
                    }
                }
            }
            delivered.end();
        }

        private ReadOutputRequest request() {
            return ReadOutputRequest.newBuilder()
                    .setJobId(stage.job().value())
                    .setTasks(TaskSelection.newBuilder().setStage(stage.stage()))
                    .addStreams(OutputStream.OUTPUT_STREAM_STDOUT)
                    .setComplete(true)
                    .build();
        }
    }
}
