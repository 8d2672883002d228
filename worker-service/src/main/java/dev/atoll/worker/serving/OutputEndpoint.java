package dev.atoll.worker.serving;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadPipeRequest;
import dev.atoll.proto.worker.v1.ReadPipeResponse;
import dev.atoll.proto.worker.v1.ReadRecordsRequest;
import dev.atoll.proto.worker.v1.ReadRecordsResponse;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.StageWire;
import dev.atoll.worker.attempt.LiveAttempt;
import dev.atoll.worker.attempt.LiveAttempts;
import dev.atoll.worker.segment.AttemptOutput;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.segment.DamagedOutputException;
import dev.atoll.worker.segment.OutputSequence;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.StoredOutput;

import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.concurrent.Semaphore;

/** Serves what tasks wrote here, and attachments to those that run. */
public final class OutputEndpoint extends OutputServiceGrpc.OutputServiceImplBase {
    private static final int PIECE_BYTES = 256 << 10;

    /** Half of the heap, at 2 MiB for each reading. */
    private static final int READINGS_MAX =
            Math.clamp(Runtime.getRuntime().maxMemory() / 2 / (2 << 20), 8, 4_096);

    private final SegmentStore segments;
    private final DamagedOutputs damaged;
    private final LiveAttempts live;
    private final WorkerId self;
    private final Semaphore recordReadings = new Semaphore(READINGS_MAX);

    public OutputEndpoint(
            SegmentStore segments, DamagedOutputs damaged, LiveAttempts live, WorkerId self) {
        this.segments = segments;
        this.damaged = damaged;
        this.live = live;
        this.self = self;
    }

    @Override
    public void readTaskOutputs(
            ReadTaskOutputsRequest request, StreamObserver<ReadTaskOutputsResponse> responses) {
        StageRef stage;
        Ranges tasks;
        try {
            stage = StageWire.stageRef(request.getJobId(), request.getStage(), "request");
            tasks = RangesWire.fromProto(request.getTasks(), "tasks");
        } catch (MalformedMessageException e) {
            new FieldChecks()
                    .violation("tasks", String.valueOf(e.getMessage()), "tasks of a stage")
                    .throwIfAny();
            throw e;
        }
        List<Channel> channels = OutputChannels.wanted(request.getStreamsList());
        Outflow.start(
                responses,
                "output-read",
                out -> {
                    OutputBatcher batcher = new OutputBatcher(out, channels);
                    try {
                        if (request.getRunning()) {
                            readRunning(stage, tasks, batcher);
                        } else {
                            readStored(stage, tasks, request.getRecords(), batcher);
                        }
                    } catch (IOException | RuntimeException e) {
                        // What is whole goes out first, so that the reader knows which one is not.
                        batcher.flush();
                        throw e;
                    }
                    batcher.flush();
                });
    }

    @Override
    public void readRecords(
            ReadRecordsRequest request, StreamObserver<ReadRecordsResponse> responses) {
        RecordReading reading = RecordReading.of(request);
        Outflow.start(
                responses,
                "record-read",
                out -> {
                    // Whoever waited here could wait for one who waits elsewhere for it.
                    if (!recordReadings.tryAcquire()) {
                        throw ApiException.unavailable(
                                "TOO_MANY_READINGS", "too many read records from this worker");
                    }
                    try {
                        readRecords(reading, out);
                    } finally {
                        recordReadings.release();
                    }
                });
    }

    private void readRecords(RecordReading reading, Outflow<ReadRecordsResponse> out)
            throws IOException, InterruptedException, Outflow.GoneException {
        SegmentStore.Reader opened =
                segments.read(reading.stage())
                        .orElseThrow(() -> notFound(reading.stage(), reading.tasks()));
        try (SegmentStore.Reader reader = opened) {
            reading.run(reader, out);
        } catch (DamagedOutputException e) {
            damaged.found(reading.stage(), e);
            throw e;
        }
    }

    @Override
    public void readPipe(ReadPipeRequest request, StreamObserver<ReadPipeResponse> responses) {
        PipeReading.start(request, live, responses);
    }

    @Override
    public StreamObserver<AttachAttemptRequest> attachAttempt(
            StreamObserver<AttachAttemptResponse> responses) {
        return new Attachment(live, self, responses);
    }

    private void readStored(
            StageRef stage, Ranges tasks, boolean withRecords, OutputBatcher batcher)
            throws IOException, InterruptedException, Outflow.GoneException {
        Optional<SegmentStore.Reader> opened = segments.read(stage);
        if (opened.isEmpty()) {
            throw notFound(stage, tasks);
        }
        try (SegmentStore.Reader reader = opened.get()) {
            OutputSequence outputs = reader.outputs(tasks);
            while (outputs.hasNext()) {
                int index = outputs.nextTask();
                StoredOutput stored =
                        outputs.next().orElseThrow(() -> notFound(stage, Ranges.of(index)));
                for (Channel channel : batcher.channels()) {
                    batcher.copy(index, channel, stored);
                }
                batcher.finish(index);
                if (withRecords) {
                    batcher.addRecord(index, stored);
                }
            }
        } catch (DamagedOutputException e) {
            damaged.found(stage, e);
            throw e;
        }
    }

    private void readRunning(StageRef stage, Ranges tasks, OutputBatcher batcher)
            throws IOException, InterruptedException, Outflow.GoneException {
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            int index = indexes.nextInt();
            Optional<LiveAttempt> running = live.findRunning(new TaskRef(stage, index));
            if (running.isPresent()) {
                try (AttemptOutput output = running.get().output().hold()) {
                    for (Channel channel : batcher.channels()) {
                        copy(output, index, channel, batcher);
                    }
                }
                batcher.finish(index);
            }
        }
    }

    private static void copy(
            AttemptOutput output, int index, Channel channel, OutputBatcher batcher)
            throws IOException, InterruptedException, Outflow.GoneException {
        long position = 0;
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        while (output.read(channel, position, piece) > 0) {
            position += piece.flip().remaining();
            batcher.add(index, channel, piece);
            piece = ByteBuffer.allocate(PIECE_BYTES);
        }
    }

    static ApiException notFound(StageRef stage, Ranges tasks) {
        return ApiException.notFound(
                        "OUTPUT_NOT_FOUND",
                        "the outputs of tasks %s of stage %s are not on this worker"
                                .formatted(tasks, stage))
                .with("tasks", tasks);
    }
}
