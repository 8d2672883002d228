package dev.atoll.worker.remote;

import dev.atoll.core.model.StageRef;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.worker.attempt.GatherSource;

import io.grpc.Channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** Reads the outputs of an earlier stage through the master that leads, in task order. */
public final class LeaderGatherSource implements GatherSource {
    private final Channel leader;
    private final LeaderPatience patience;

    /**
     * @param leader a channel that leads to whoever leads
     * @param patience while nobody leads
     */
    public LeaderGatherSource(Channel leader, LeaderPatience patience) {
        this.leader = leader;
        this.patience = patience;
    }

    @Override
    public void read(StageRef stage, Receiver receiver) throws IOException {
        patience.run(progress -> read(stage, receiver, progress));
    }

    /**
     * Outputs are immutable and come in order, so a second try passes over what has come before.
     */
    private void read(StageRef stage, Receiver receiver, LeaderPatience.Progress progress)
            throws IOException {
        Iterator<ReadOutputResponse> responses =
                JobServiceGrpc.newBlockingStub(leader)
                        .readOutput(
                                ReadOutputRequest.newBuilder()
                                        .setJobId(stage.job().value())
                                        .setTasks(
                                                TaskSelection.newBuilder().setStage(stage.stage()))
                                        .addStreams(OutputStream.OUTPUT_STREAM_STDOUT)
                                        .build());
        long known = progress.done();
        while (responses.hasNext()) {
            for (OutputChunk chunk : responses.next().getChunksList()) {
                ByteBuffer data = chunk.getData().asReadOnlyByteBuffer();
                int skipped = (int) Math.min(known, data.remaining());
                known -= skipped;
                data.position(skipped);
                if (data.hasRemaining()) {
                    int count = data.remaining();
                    receiver.accept(data);
                    progress.advance(count);
                }
            }
        }
    }
}
