package dev.atoll.master.relay;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;
import dev.atoll.master.api.OutputRequests;
import dev.atoll.master.api.Replies;
import dev.atoll.master.api.Selections;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.OutputRequest.Unfinished;
import dev.atoll.master.session.Terms;
import dev.atoll.master.stream.Outflow;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.FindOutputsRequest;
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.grpc.PeerChannels;

import io.grpc.stub.StreamObserver;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Serves outputs and attachments by passing on what workers have. */
public final class RelayedOutputs implements OutputRequests {
    private final Terms terms;
    private final Passage passage;
    private final Attachments attachments;

    /**
     * A relay.
     *
     * @param patience how long outputs that exist may be out of reach before they count as lost;
     *     longer than the scheduler takes to give a silent worker up
     */
    public RelayedOutputs(
            Terms terms, PeerChannels peers, MasterMetrics metrics, Duration patience) {
        this.terms = terms;
        this.passage = new Passage(new WorkerChannels(peers), metrics, patience);
        this.attachments = new Attachments(terms, passage);
    }

    @Override
    public void read(ReadOutputRequest message, StreamObserver<ReadOutputResponse> responses) {
        SchedulerLoop loop = terms.leading().loop();
        OutputRequest request = checked(message, loop);
        Outflow.start(
                responses,
                "output-" + request.stage(),
                out -> {
                    RangeSet remaining = new RangeSet(request.tasks());
                    OutputPacker packer = new OutputPacker(out::send, remaining, passage.metrics());
                    Trouble trouble = new Trouble(request.stage(), passage.patience());
                    new OutputRelay(request, loop, passage.channels(), remaining, packer, trouble)
                            .run();
                });
    }

    @Override
    public void find(FindOutputsRequest request, StreamObserver<FindOutputsResponse> responses) {
        SchedulerLoop loop = terms.leading().loop();
        JobId job = Selections.job(request.getJobId());
        JobSpec spec = spec(job, loop);
        int position = request.getStage();
        int last = spec.stages().size() - 1;
        new FieldChecks()
                .check(position >= 0 && position <= last, "stage", position, "0 to " + last)
                .throwIfAny();
        StageRef stage = new StageRef(job, position);
        OutputSearch search = new OutputSearch(loop, stage, spec.stages().get(position));
        Outflow.start(responses, "outputs-of-" + stage, search::run);
    }

    @Override
    public StreamObserver<AttachTaskRequest> attach(StreamObserver<AttachTaskResponse> responses) {
        return attachments.open(responses);
    }

    private static JobSpec spec(JobId job, SchedulerLoop loop) {
        return loop.askPatiently(view -> view.spec(job))
                .orElseThrow(() -> Replies.noJob(job.value()));
    }

    private static OutputRequest checked(ReadOutputRequest message, SchedulerLoop loop) {
        FieldChecks checks = new FieldChecks();
        JobId job = Selections.job(message.getJobId());
        Optional<TaskSelection> selection =
                message.hasTasks()
                        ? Optional.of(Selections.tasks(message.getTasks(), "tasks", checks))
                        : Optional.empty();
        checks.check(
                !message.getStreamsList().contains(OutputStream.UNRECOGNIZED),
                "streams",
                message.getStreamsValueList(),
                "streams that this master knows");
        checks.throwIfAny();
        JobSpec spec = spec(job, loop);
        int position = selection.map(TaskSelection::stage).orElse(spec.stages().size() - 1);
        StageRef stage = new StageRef(job, position);
        if (position >= spec.stages().size()) {
            throw Replies.noTask(new TaskRef(stage, 0));
        }
        int taskCount = spec.stages().get(position).taskCount();
        Ranges tasks = selection.flatMap(TaskSelection::tasks).orElse(Ranges.between(0, taskCount));
        if (tasks.end() > taskCount) {
            throw Replies.noTask(new TaskRef(stage, tasks.end() - 1));
        }
        checks.check(
                !message.getIncludeRunning() || tasks.size() == 1,
                "include_running",
                tasks.size() + " tasks",
                "with one task only");
        checks.check(
                !message.getComplete() || !message.getFollow(),
                "complete",
                "with follow",
                "one of the two");
        checks.throwIfAny();
        return new OutputRequest(
                stage,
                tasks,
                readable(streams(message.getStreamsList()), spec.stages().get(position)),
                unfinished(message),
                message.getUnordered(),
                message.getIncludeFailed(),
                message.getIncludeRunning());
    }

    private static Unfinished unfinished(ReadOutputRequest message) {
        if (message.getFollow()) {
            return Unfinished.WAIT;
        }
        return message.getComplete() ? Unfinished.REFUSE : Unfinished.LEAVE_OUT;
    }

    /** Without what is kept as records, which only tasks of a later stage read. */
    private static List<OutputStream> readable(List<OutputStream> streams, StageSpec stage) {
        if (stage.task().shuffle().isEmpty()) {
            return streams;
        }
        List<OutputStream> left =
                streams.stream().filter(it -> it != OutputStream.OUTPUT_STREAM_STDOUT).toList();
        if (left.isEmpty()) {
            throw ApiException.failedPrecondition(
                    "OUTPUT_SHUFFLED",
                    "what the tasks of stage %s write is kept as records for a later stage"
                            .formatted(stage.name()));
        }
        return left;
    }

    private static List<OutputStream> streams(List<OutputStream> asked) {
        if (asked.isEmpty()) {
            return List.of(OutputStream.OUTPUT_STREAM_STDOUT);
        }
        return asked.stream()
                .map(stream ->
                        stream == OutputStream.OUTPUT_STREAM_UNSPECIFIED
                                ? OutputStream.OUTPUT_STREAM_STDOUT
                                : stream)
                .distinct()
                .toList();
    }
}
