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
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.OutputHolder;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.ShuffleWire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds one worker for each output of a stage. */
final class OutputSearch {
    private final SchedulerLoop loop;
    private final StageRef stage;
    private final StageSpec spec;
    private final RangeSet missing;
    private final Map<WorkerView, RangeSet> found = new LinkedHashMap<>();

    OutputSearch(SchedulerLoop loop, StageRef stage, StageSpec spec) {
        this.loop = loop;
        this.stage = stage;
        this.spec = spec;
        this.missing = new RangeSet(Ranges.between(0, spec.taskCount()));
    }

    /**
     * Finds them.
     *
     * @throws dev.atoll.runtime.grpc.ApiException UNAVAILABLE (reason OUTPUT_INCOMPLETE) if some
     *     are not to be had now
     */
    FindOutputsResponse find() {
        int chunks = Math.ceilDiv(spec.taskCount(), PROGRESS_CHUNK_SIZE);
        for (int chunk = 0; chunk < chunks; chunk++) {
            search(places(chunk));
        }
        if (!missing.isEmpty()) {
            throw Trouble.incomplete(stage, missing.toRanges());
        }
        FindOutputsResponse.Builder response = FindOutputsResponse.newBuilder();
        found.forEach((worker, tasks) ->
                response.addHolders(
                        OutputHolder.newBuilder()
                                .setWorkerId(worker.id().value())
                                .setAddress(worker.address())
                                .setTasks(RangesWire.toProto(tasks.toRanges()))));
        spec.task().shuffle().ifPresent(it -> response.setShuffle(ShuffleWire.toProto(it)));
        return response.build();
    }

    private OutputPlaces places(int chunk) {
        return loop.askPatiently(view -> view.places(stage, chunk));
    }

    private void search(OutputPlaces places) {
        missing.removeAll(places.silent());
        for (Holder holder : places.holders()) {
            Ranges wanted = missing.intersection(holder.tasks());
            if (!wanted.isEmpty()) {
                present(holder.worker())
                        .ifPresent(worker -> {
                            missing.removeAll(wanted);
                            found.computeIfAbsent(worker, _ -> new RangeSet()).addAll(wanted);
                        });
            }
        }
    }

    private Optional<WorkerView> present(WorkerId id) {
        return found.keySet().stream()
                .filter(worker -> worker.id().equals(id))
                .findFirst()
                .or(() ->
                        loop.peek((view, now) -> view.worker(id, now))
                                .filter(worker -> worker.state() != WorkerState.LOST));
    }
}
