package dev.atoll.master.relay;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.Holder;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.stream.Outflow;
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.OutputHolder;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.ShuffleWire;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds one worker for each output of a stage. */
final class OutputSearch {
    private final SchedulerLoop loop;
    private final StageRef stage;
    private final StageSpec spec;
    private final Map<WorkerId, Optional<WorkerView>> known = new HashMap<>();

    OutputSearch(SchedulerLoop loop, StageRef stage, StageSpec spec) {
        this.loop = loop;
        this.stage = stage;
        this.spec = spec;
    }

    /**
     * Finds them.
     *
     * @param out takes what was found of each chunk of tasks, those of small indexes first
     * @throws dev.atoll.runtime.grpc.ApiException UNAVAILABLE (reason OUTPUT_INCOMPLETE) if some
     *     are not to be had now
     */
    void run(Outflow<FindOutputsResponse> out) throws InterruptedException {
        for (int first = 0; first < spec.taskCount(); first += PROGRESS_CHUNK_SIZE) {
            int end = Math.min(spec.taskCount(), first + PROGRESS_CHUNK_SIZE);
            out.send(find(Ranges.between(first, end), first / PROGRESS_CHUNK_SIZE));
        }
    }

    private FindOutputsResponse find(Ranges tasks, int chunk) {
        FindOutputsResponse.Builder response = FindOutputsResponse.newBuilder();
        spec.task().shuffle().ifPresent(it -> response.setShuffle(ShuffleWire.toProto(it)));
        OutputPlaces places = loop.askPatiently(view -> view.places(stage, chunk));
        RangeSet missing = new RangeSet(tasks);
        missing.removeAll(places.silent());
        for (Holder holder : places.holders()) {
            Ranges wanted = missing.intersection(holder.tasks());
            if (!wanted.isEmpty()) {
                present(holder.worker())
                        .ifPresent(worker -> {
                            missing.removeAll(wanted);
                            response.addHolders(holder(worker, wanted));
                        });
            }
        }
        if (!missing.isEmpty()) {
            throw Trouble.incomplete(stage, missing.toRanges());
        }
        return response.build();
    }

    private static OutputHolder holder(WorkerView worker, Ranges tasks) {
        return OutputHolder.newBuilder()
                .setWorkerId(worker.id().value())
                .setAddress(worker.address())
                .setTasks(RangesWire.toProto(tasks))
                .build();
    }

    private Optional<WorkerView> present(WorkerId id) {
        return known.computeIfAbsent(
                id,
                _ ->
                        loop.peek((view, now) -> view.worker(id, now))
                                .filter(worker -> worker.state() != WorkerState.LOST));
    }
}
