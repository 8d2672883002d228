package dev.atoll.worker.remote;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskTemplate.Part;
import dev.atoll.proto.job.v1.FindOutputsRequest;
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.OutputHolder;
import dev.atoll.proto.job.v1.SampledKeys;
import dev.atoll.proto.worker.v1.KeyRange;
import dev.atoll.proto.worker.v1.ReadRecordsRequest;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.ShuffleWire;
import dev.atoll.worker.attempt.GatherSource;
import dev.atoll.worker.attempt.RecordSource;
import dev.atoll.worker.shuffle.FoldCursor;
import dev.atoll.worker.shuffle.MergeCursor;
import dev.atoll.worker.shuffle.RecordCursor;
import dev.atoll.worker.shuffle.RecordLines;
import dev.atoll.worker.shuffle.SpillDirectory;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads records of an earlier stage from the workers that hold them, each of which merges its own,
 * and merges what comes.
 */
public final class RemoteRecords implements RecordSource {
    /* A stream is one reading of up to 32 tasks of one worker. Where there are more streams than may
     * be open at a time, they are merged into runs on this disk first, so that neither this worker
     * nor those that serve need more memory for more tasks. */
    private static final int TASKS_MAX = 32;
    private static final int STREAMS_MAX = 12;
    private static final int SPILLS_MAX = 32;

    /* A leader that takes longer to say who has what has come to nothing; the attempt is made again. */
    private static final Duration SEARCH_MAX = Duration.ofSeconds(60);

    private final Tools tools;

    /**
     * What records are read with.
     *
     * @param leader a channel that leads to whoever leads
     * @param patience while nobody leads
     * @param remakePatience how long to wait while outputs that were lost are made again
     * @param peerPatience how long a worker may not answer
     * @param silenceMax how long a worker that is connected may send nothing
     * @param peers the other workers
     * @param bounds reads what a stage of bounds wrote
     * @param directory where runs are merged that are too many
     */
    public record Tools(
            Channel leader,
            LeaderPatience patience,
            Duration remakePatience,
            Duration peerPatience,
            Duration silenceMax,
            PeerChannels peers,
            GatherSource bounds,
            SpillDirectory directory) {}

    /** A reading that may be begun: some tasks of one worker. */
    private record Reading(OutputHolder holder, Ranges tasks) {}

    public RemoteRecords(Tools tools) {
        this.tools = tools;
    }

    @Override
    public void read(
            StageRef stage, Part part, int task, int taskCount, GatherSource.Receiver receiver)
            throws IOException {
        FindOutputsResponse found = find(stage);
        if (found.getHoldersCount() == 0) {
            return; // No task wrote a record.
        }
        ReadRecordsRequest.Builder question =
                ReadRecordsRequest.newBuilder()
                        .setJobId(stage.job().value())
                        .setStage(stage.stage())
                        .setShuffle(found.getShuffle());
        switch (part) {
            case Part.Hashed() -> question.setPartition(task);
            case Part.Sampled() -> question.setSample(SampledKeys.getDefaultInstance());
            case Part.Bounded(int boundsStage) -> {
                KeyBounds bounds =
                        KeyBounds.read(tools.bounds(), new StageRef(stage.job(), boundsStage));
                Optional<KeyRange> range = bounds.rangeOf(task, taskCount);
                if (range.isEmpty()) {
                    return; // There are fewer keys than tasks.
                }
                question.setRange(range.get());
            }
        }
        boolean isCombined = !question.hasSample();
        Shuffle shuffle = shuffle(found);
        read(
                readings(found),
                question.build(),
                isCombined ? shuffle.combiner() : Optional.empty(),
                receiver);
    }

    private void read(
            Deque<Reading> readings,
            ReadRecordsRequest question,
            Optional<Shuffle.Combiner> combiner,
            GatherSource.Receiver receiver)
            throws IOException {
        List<SpillDirectory.Spill> spills = new ArrayList<>();
        try {
            while (readings.size() > STREAMS_MAX) {
                List<SpillDirectory.Spill> before =
                        spills.size() < SPILLS_MAX ? List.of() : List.copyOf(spills);
                try (RecordCursor merged = open(readings, question, before, combiner)) {
                    spills.add(tools.directory().spill(merged));
                }
                before.forEach(SpillDirectory.Spill::close);
                spills.removeAll(before);
            }
            try (RecordCursor all = open(readings, question, spills, combiner)) {
                RecordLines.write(all, receiver::accept);
            }
        } finally {
            for (SpillDirectory.Spill spill : spills) {
                spill.close();
            }
        }
    }

    /** Opens some of the readings, and merges what comes with what was merged before. */
    private RecordCursor open(
            Deque<Reading> readings,
            ReadRecordsRequest question,
            List<SpillDirectory.Spill> spills,
            Optional<Shuffle.Combiner> combiner)
            throws IOException {
        List<RecordCursor> runs = new ArrayList<>();
        try {
            for (SpillDirectory.Spill spill : spills) {
                runs.add(spill.records());
            }
            for (int i = 0; i < STREAMS_MAX && !readings.isEmpty(); i++) {
                Reading reading = readings.removeFirst();
                String name = reading.holder().getWorkerId();
                HostAndPort address = HostAndPort.parse(reading.holder().getAddress());
                runs.add(
                        new PeerRecords(
                                tools.peers().to(address, name),
                                name,
                                question.toBuilder()
                                        .setTasks(RangesWire.toProto(reading.tasks()))
                                        .build(),
                                tools.peerPatience(),
                                tools.silenceMax()));
            }
        } catch (IOException | RuntimeException e) {
            new MergeCursor(runs).close();
            throw e;
        }
        return FoldCursor.of(new MergeCursor(runs), combiner);
    }

    private FindOutputsResponse find(StageRef stage) throws IOException {
        FindOutputsRequest request =
                FindOutputsRequest.newBuilder()
                        .setJobId(stage.job().value())
                        .setStage(stage.stage())
                        .build();
        RemakeWait remaking = new RemakeWait(tools.remakePatience());
        AtomicReference<FindOutputsResponse> found = new AtomicReference<>();
        tools.patience()
                .run(_ -> {
                    FindOutputsResponse.Builder parts = FindOutputsResponse.newBuilder();
                    try {
                        JobServiceGrpc.newBlockingStub(tools.leader())
                                .withDeadlineAfter(SEARCH_MAX)
                                .findOutputs(request)
                                .forEachRemaining(parts::mergeFrom);
                        found.set(parts.build());
                    } catch (StatusRuntimeException e) {
                        ApiException failure = ApiException.from(e);
                        remaking.failed(failure);
                        throw failure;
                    }
                });
        return found.get();
    }

    private static Shuffle shuffle(FindOutputsResponse found) throws IOException {
        try {
            return ShuffleWire.fromProto(found.getShuffle(), "shuffle");
        } catch (MalformedMessageException e) {
            throw new IOException("the master says nothing of how records are kept", e);
        }
    }

    private static Deque<Reading> readings(FindOutputsResponse found) throws IOException {
        Deque<Reading> readings = new ArrayDeque<>();
        for (OutputHolder holder : found.getHoldersList()) {
            try {
                RangeSet tasks = new RangeSet(RangesWire.fromProto(holder.getTasks(), "tasks"));
                while (!tasks.isEmpty()) {
                    readings.add(new Reading(holder, tasks.takeFirst(TASKS_MAX)));
                }
            } catch (MalformedMessageException e) {
                throw new IOException("the master names no tasks", e);
            }
        }
        return readings;
    }
}
