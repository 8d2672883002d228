package dev.atoll.worker.serving;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.StageRef;
import dev.atoll.proto.worker.v1.ReadRecordsRequest;
import dev.atoll.proto.worker.v1.ReadRecordsResponse;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.ShuffleWire;
import dev.atoll.runtime.wire.StageWire;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.StoredOutput;
import dev.atoll.worker.shuffle.FoldCursor;
import dev.atoll.worker.shuffle.MergeCursor;
import dev.atoll.worker.shuffle.RecordBlock;
import dev.atoll.worker.shuffle.RecordCursor;
import dev.atoll.worker.shuffle.RunCursor;
import dev.atoll.worker.shuffle.RunIndex;
import dev.atoll.worker.shuffle.RunPart;
import dev.atoll.worker.shuffle.RunSource;
import dev.atoll.worker.shuffle.SampleCursor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;

/** One reading of records: those of some tasks, merged while they are read. */
final class RecordReading {
    /** Each task costs about 64 KiB of memory while it is read. */
    static final int TASKS_MAX = 32;

    private static final int BLOCK_BYTES = 256 << 10;

    private final StageRef stage;
    private final Ranges tasks;
    private final Shuffle shuffle;
    private final ReadRecordsRequest request;

    private RecordReading(
            StageRef stage, Ranges tasks, Shuffle shuffle, ReadRecordsRequest request) {
        this.stage = stage;
        this.tasks = tasks;
        this.shuffle = shuffle;
        this.request = request;
    }

    /**
     * A reading as it was asked for.
     *
     * @throws dev.atoll.runtime.grpc.ApiException INVALID_ARGUMENT if the request is none
     */
    static RecordReading of(ReadRecordsRequest request) {
        FieldChecks checks = new FieldChecks();
        try {
            StageRef stage = StageWire.stageRef(request.getJobId(), request.getStage(), "request");
            Ranges tasks = RangesWire.fromProto(request.getTasks(), "tasks");
            Shuffle shuffle = ShuffleWire.fromProto(request.getShuffle(), "shuffle");
            checks.check(
                    !tasks.isEmpty() && tasks.size() <= TASKS_MAX,
                    "tasks",
                    tasks.size() + " tasks",
                    "1 to 32 tasks");
            checks.throwIfAny();
            return new RecordReading(stage, tasks, shuffle, request);
        } catch (MalformedMessageException e) {
            checks.violation("request", String.valueOf(e.getMessage()), "records of a stage")
                    .throwIfAny();
            throw e;
        }
    }

    StageRef stage() {
        return stage;
    }

    Ranges tasks() {
        return tasks;
    }

    /** Sends them. */
    void run(SegmentStore.Reader reader, Outflow<ReadRecordsResponse> out)
            throws IOException, InterruptedException, Outflow.GoneException {
        try (RecordCursor records = open(reader);
                RecordBlock block = new RecordBlock(BLOCK_BYTES + 1024)) {
            while (records.next()) {
                block.add(records);
                if (block.size() >= BLOCK_BYTES) {
                    send(block, out);
                }
            }
            if (block.size() > 0) {
                send(block, out);
            }
        }
    }

    private static void send(RecordBlock block, Outflow<ReadRecordsResponse> out)
            throws InterruptedException, Outflow.GoneException {
        int rawSize = block.size();
        out.send(
                ReadRecordsResponse.newBuilder()
                        .setBlock(ByteString.copyFrom(block.take()))
                        .setRawSize(rawSize)
                        .build());
    }

    private RecordCursor open(SegmentStore.Reader reader) throws IOException {
        List<RecordCursor> runs = new ArrayList<>();
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            int index = indexes.nextInt();
            StoredOutput stored =
                    reader.find(index)
                            .orElseThrow(() -> OutputEndpoint.notFound(stage, Ranges.of(index)));
            runs.add(cursor(RunIndex.of(new Stored(stored)), index));
        }
        RecordCursor merged = new MergeCursor(runs);
        return request.hasSample() ? merged : FoldCursor.of(merged, shuffle.combiner());
    }

    private RecordCursor cursor(RunIndex index, int task) {
        return switch (request.getPartCase()) {
            case PARTITION ->
                    new RunCursor(index, new RunPart.Partition(request.getPartition()), task);
            case RANGE -> new RunCursor(index, range(), task);
            case SAMPLE -> new SampleCursor(index, task);
            case PART_NOT_SET -> new RunCursor(index, new RunPart.All(), task);
        };
    }

    private RunPart.KeyRange range() {
        return new RunPart.KeyRange(
                request.getRange().hasFrom()
                        ? Optional.of(request.getRange().getFrom().toByteArray())
                        : Optional.empty(),
                request.getRange().hasTo()
                        ? Optional.of(request.getRange().getTo().toByteArray())
                        : Optional.empty());
    }

    /** The run that a task's standard output is. */
    private record Stored(StoredOutput output) implements RunSource {
        @Override
        public long length() {
            return output.length(Channel.STDOUT);
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            output.readOutput(position, into);
        }

        @Override
        public IOException damaged(String detail) {
            return output.damage(detail);
        }
    }
}
