package dev.atoll.worker.copy;

import dev.atoll.core.agent.AgentCommand.CopyOutputs;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.worker.v1.OutputRecord;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.worker.segment.AttemptOutput;
import dev.atoll.worker.segment.Channel;

import io.grpc.CallOptions;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The outputs of one copy as they come, task after task. One thread at a time. */
final class CopyStream {
    /* What one copy brings is made durable and reported at its end, so a copy ends early rather than
     * late, though never within an output: a break then costs little, and the master orders the rest
     * at once. */
    private static final long BYTES_MAX = 64L << 20;

    private final CopyOutputs order;
    private final WantedTasks wanted;
    private final OutputCopier.Tools tools;
    private long bytes;
    private int task = -1;
    private int done = -1;

    CopyStream(CopyOutputs order, WantedTasks wanted, OutputCopier.Tools tools) {
        this.order = order;
        this.wanted = wanted;
        this.tools = tools;
    }

    /** The task at hand: the one that was being fetched, or comes next, wanted or not. */
    Ranges present() {
        if (task >= 0) {
            return Ranges.of(task);
        }
        int next = new RangeSet(order.tasks()).nextAtOrAfter(done + 1);
        return next < 0 ? Ranges.empty() : Ranges.of(next);
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
                        .addStreams(OutputStream.OUTPUT_STREAM_FILES)
                        .setRecords(true)
                        .build();
        BlockingClientCall<ReadTaskOutputsRequest, ReadTaskOutputsResponse> call =
                ClientCalls.blockingV2ServerStreamingCall(
                        source,
                        OutputServiceGrpc.getReadTaskOutputsMethod(),
                        CallOptions.DEFAULT,
                        request);
        try {
            take(call);
        } finally {
            call.cancel("nothing more is taken", null);
        }
    }

    private void take(BlockingClientCall<?, ReadTaskOutputsResponse> source) throws IOException {
        AttemptOutput output = tools.spool().output(Long.MAX_VALUE);
        try {
            while (goesOn()) {
                requireRoom(0);
                Optional<ReadTaskOutputsResponse> message = next(source);
                if (message.isEmpty()) {
                    return;
                }
                Iterator<OutputRecord> records = message.get().getRecordsList().iterator();
                for (OutputChunk chunk : message.get().getChunksList()) {
                    task = chunk.getIndex();
                    add(chunk, output);
                    if (chunk.getLast()) {
                        keep(records, output);
                        output.close();
                        output = tools.spool().output(Long.MAX_VALUE);
                        done = task;
                        task = -1;
                    }
                }
            }
        } finally {
            output.close();
        }
    }

    /* An output that is not wanted any more, or for which there is no room, may be long: so before each
     * message. What is left of the order comes with the next. */
    private boolean goesOn() {
        boolean isWanted = task >= 0 ? wanted.contains(task) : !wanted.left().isEmpty();
        return isWanted && (bytes < BYTES_MAX || task >= 0);
    }

    private void requireRoom(long bytesMore) throws NoRoomException {
        Optional<String> shortage = tools.room().shortageAfter(bytesMore);
        if (shortage.isPresent()) {
            throw new NoRoomException(shortage.get());
        }
    }

    /* Only the wait for the source counts, not how long this disk takes. Whoever is silent for so long
     * may be connected still: its disk hangs, or the network takes what is sent and loses it. */
    private Optional<ReadTaskOutputsResponse> next(
            BlockingClientCall<?, ReadTaskOutputsResponse> source) {
        try {
            return Optional.ofNullable(
                    source.read(tools.patience().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            throw ApiException.unavailable(
                            "OUTPUT_STALLED",
                            "nothing came for %d s".formatted(tools.patience().toSeconds()))
                    .causedBy(e);
        } catch (StatusException e) {
            throw ApiException.from(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("INTERRUPTED", "the worker stops").causedBy(e);
        }
    }

    private void add(OutputChunk chunk, AttemptOutput output) throws IOException {
        bytes += chunk.getData().size();
        tools.copiedBytes().increment(chunk.getData().size());
        output.append(channel(chunk.getStream()), chunk.getData().asReadOnlyByteBuffer());
    }

    private static Channel channel(OutputStream stream) {
        return switch (stream) {
            case OUTPUT_STREAM_STDERR -> Channel.STDERR;
            case OUTPUT_STREAM_FILES -> Channel.FILES;
            case OUTPUT_STREAM_STDOUT, OUTPUT_STREAM_UNSPECIFIED, UNRECOGNIZED -> Channel.STDOUT;
        };
    }

    private void keep(Iterator<OutputRecord> records, AttemptOutput output) throws IOException {
        output.end();
        if (!records.hasNext()) {
            throw new CopyDiffersException("task %d came without its record".formatted(task));
        }
        OutputRecord record = records.next();
        List<Integer> expected =
                List.of(
                        task,
                        record.getOutputChecksum(),
                        record.getErrorChecksum(),
                        record.getFilesChecksum());
        List<Integer> found =
                List.of(
                        record.getIndex(),
                        output.checksum(Channel.STDOUT),
                        output.checksum(Channel.STDERR),
                        output.checksum(Channel.FILES));
        if (!found.equals(expected)) {
            throw new CopyDiffersException(
                    "the output of task %d came damaged: %s, not %s"
                            .formatted(task, found, expected));
        }
        requireRoom(
                output.length(Channel.STDOUT)
                        + output.length(Channel.STDERR)
                        + output.length(Channel.FILES));
        int index = task;
        boolean isKept =
                tools.segments()
                        .appendCopy(
                                new TaskRef(order.stage(), index),
                                record.getAttempt(),
                                output,
                                () -> wanted.contains(index));
        if (isKept) {
            wanted.copied(index);
        }
    }
}
