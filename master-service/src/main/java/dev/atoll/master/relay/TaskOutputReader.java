package dev.atoll.master.relay;

import dev.atoll.master.stream.Inflow;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.stream.OutputDiffersException;

import io.grpc.Channel;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

/** Reads the outputs of some tasks from one worker, in the order of their indexes. */
final class TaskOutputReader implements AutoCloseable {
    /** How long what has been packed may wait for more. */
    private static final Duration LINGER = Duration.ofMillis(10);

    private final Inflow<ReadTaskOutputsRequest, ReadTaskOutputsResponse> flow;
    private Iterator<OutputChunk> chunks = Collections.emptyIterator();

    private TaskOutputReader(Inflow<ReadTaskOutputsRequest, ReadTaskOutputsResponse> flow) {
        this.flow = flow;
    }

    static TaskOutputReader open(Channel worker, ReadTaskOutputsRequest request) {
        return new TaskOutputReader(
                Inflow.open(worker, OutputServiceGrpc.getReadTaskOutputsMethod(), request));
    }

    /**
     * Copies the whole output of the next task.
     *
     * @throws ApiException when the worker cannot be reached, or does not have it
     * @throws OutputDiffersException when the caller has got something else of this task
     */
    void copyTask(int index, OutputPacker packer)
            throws InterruptedException, OutputDiffersException {
        packer.begin(index);
        while (true) {
            OutputChunk chunk = next(packer).orElseThrow(() -> cutOff(index));
            if (chunk.getIndex() != index) {
                throw ApiException.unavailable(
                        "OUTPUT_OUT_OF_ORDER",
                        "a worker sent task %d where task %d comes next"
                                .formatted(chunk.getIndex(), index));
            }
            packer.add(chunk);
            if (chunk.getLast()) {
                return;
            }
        }
    }

    /**
     * Copies what a running task has written so far.
     *
     * @return false if it does not run there
     * @throws ApiException when the worker cannot be reached
     * @throws OutputDiffersException when the caller has got something else of this task
     */
    boolean copyUnfinished(int index, OutputPacker packer)
            throws InterruptedException, OutputDiffersException {
        packer.begin(index);
        boolean runs = false;
        for (Optional<OutputChunk> chunk = next(packer); chunk.isPresent(); chunk = next(packer)) {
            runs = true;
            packer.add(chunk.get().toBuilder().setLast(false).build());
        }
        return runs;
    }

    @Override
    public void close() {
        flow.close();
    }

    private Optional<OutputChunk> next(OutputPacker packer) throws InterruptedException {
        while (!chunks.hasNext()) {
            if (!flow.hasNext(LINGER)) {
                packer.flush();
            }
            Optional<ReadTaskOutputsResponse> message = flow.next();
            if (message.isEmpty()) {
                return Optional.empty();
            }
            chunks = message.get().getChunksList().iterator();
        }
        return Optional.of(chunks.next());
    }

    private static ApiException cutOff(int index) {
        return ApiException.unavailable(
                "OUTPUT_CUT_OFF", "a worker ended the stream before task %d".formatted(index));
    }
}
