package dev.atoll.worker.copy;

import dev.atoll.core.agent.AgentCommand.CopyOutputs;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.worker.v1.OutputRecord;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.worker.segment.AttemptOutput;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.Spool;

import io.grpc.Context;
import io.micrometer.core.instrument.Counter;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** The outputs of one copy as they come, task after task. One thread at a time. */
final class CopyStream {
    /* What one copy brings is made durable and reported at its end, so a copy ends early rather than
     * late, though never within an output: a break then costs little, and the master orders the rest
     * at once. */
    private static final long BYTES_MAX = 64L << 20;

    private final CopyOutputs order;
    private final WantedTasks wanted;
    private final SegmentStore segments;
    private final Spool spool;
    private final Counter copiedBytes;
    private long bytes;
    private int task = -1;

    CopyStream(
            CopyOutputs order,
            WantedTasks wanted,
            SegmentStore segments,
            Spool spool,
            Counter copiedBytes) {
        this.order = order;
        this.wanted = wanted;
        this.segments = segments;
        this.spool = spool;
        this.copiedBytes = copiedBytes;
    }

    /** The task at hand: the one that was being fetched, or comes next. */
    Ranges present() {
        if (task >= 0) {
            return Ranges.of(task);
        }
        Ranges left = wanted.left();
        return left.isEmpty() ? left : Ranges.of(left.first());
    }

    /** Reads all that is wanted, or enough for one time. */
    void read(io.grpc.Channel source) throws IOException {
        ReadTaskOutputsRequest request =
                ReadTaskOutputsRequest.newBuilder()
                        .setJobId(order.stage().job().value())
                        .setStage(order.stage().stage())
                        .setTasks(RangesWire.toProto(order.tasks()))
                        .addStreams(OutputStream.OUTPUT_STREAM_STDOUT)
                        .addStreams(OutputStream.OUTPUT_STREAM_STDERR)
                        .setRecords(true)
                        .build();
        try (Context.CancellableContext call = Context.current().withCancellation()) {
            Context before = call.attach();
            try {
                take(OutputServiceGrpc.newBlockingStub(source).readTaskOutputs(request));
            } finally {
                call.detach(before);
            }
        }
    }

    private void take(Iterator<ReadTaskOutputsResponse> messages) throws IOException {
        AttemptOutput output = spool.output(Long.MAX_VALUE);
        try {
            while ((bytes < BYTES_MAX || task >= 0) && messages.hasNext()) {
                ReadTaskOutputsResponse message = messages.next();
                Iterator<OutputRecord> records = message.getRecordsList().iterator();
                for (OutputChunk chunk : message.getChunksList()) {
                    task = chunk.getIndex();
                    add(chunk, output);
                    if (chunk.getLast()) {
                        keep(records, output);
                        output.close();
                        output = spool.output(Long.MAX_VALUE);
                        task = -1;
                    }
                }
            }
        } finally {
            output.close();
        }
    }

    private void add(OutputChunk chunk, AttemptOutput output) throws IOException {
        boolean isError = chunk.getStream() == OutputStream.OUTPUT_STREAM_STDERR;
        bytes += chunk.getData().size();
        copiedBytes.increment(chunk.getData().size());
        output.append(
                isError ? Channel.STDERR : Channel.STDOUT, chunk.getData().asReadOnlyByteBuffer());
    }

    private void keep(Iterator<OutputRecord> records, AttemptOutput output) throws IOException {
        output.end();
        if (!records.hasNext()) {
            throw new CopyDiffersException("task %d came without its record".formatted(task));
        }
        OutputRecord record = records.next();
        List<Integer> expected =
                List.of(task, record.getOutputChecksum(), record.getErrorChecksum());
        List<Integer> found =
                List.of(
                        record.getIndex(),
                        output.checksum(Channel.STDOUT),
                        output.checksum(Channel.STDERR));
        if (!found.equals(expected)) {
            throw new CopyDiffersException(
                    "the output of task %d came damaged: %s, not %s"
                            .formatted(task, found, expected));
        }
        int index = task;
        boolean isKept =
                segments.appendCopy(
                        new TaskRef(order.stage(), index),
                        record.getAttempt(),
                        output,
                        () -> wanted.contains(index));
        if (isKept) {
            wanted.copied(index);
        }
    }
}
