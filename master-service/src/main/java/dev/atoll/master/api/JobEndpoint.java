package dev.atoll.master.api;

import static dev.atoll.master.api.Replies.answer;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.scheduler.SchedulerCommand.Reply;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.CancelRequested;
import dev.atoll.core.scheduler.SchedulerEvent.JobSubmitted;
import dev.atoll.core.scheduler.SchedulerEvent.RetryRequested;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.master.session.Terms;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.CancelJobRequest;
import dev.atoll.proto.job.v1.CancelJobResponse;
import dev.atoll.proto.job.v1.ExplainRequest;
import dev.atoll.proto.job.v1.ExplainResponse;
import dev.atoll.proto.job.v1.FindOutputsRequest;
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.FindPipeRequest;
import dev.atoll.proto.job.v1.FindPipeResponse;
import dev.atoll.proto.job.v1.GetJobRequest;
import dev.atoll.proto.job.v1.GetJobResponse;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceImplBase;
import dev.atoll.proto.job.v1.ListJobsRequest;
import dev.atoll.proto.job.v1.ListJobsResponse;
import dev.atoll.proto.job.v1.ListTasksRequest;
import dev.atoll.proto.job.v1.ListTasksResponse;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.job.v1.RetryJobRequest;
import dev.atoll.proto.job.v1.RetryJobResponse;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.SubmitJobResponse;
import dev.atoll.proto.job.v1.WatchJobRequest;
import dev.atoll.proto.job.v1.WatchJobResponse;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.runtime.wire.ViewWire;

import io.grpc.stub.StreamObserver;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What users ask of jobs. Its calls may block: each runs on a virtual thread. */
public final class JobEndpoint extends JobServiceImplBase {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9-]{1,63}");
    private static final int PAGE_SIZE_DEFAULT = 100;
    private static final int SIGNAL_DEFAULT = 15;
    private static final int SIGNAL_MAX = 31;
    private static final int REASON_LENGTH_MAX = 256;

    private final Terms terms;
    private final TaskQueries tasks;
    private final JobWatch watch;
    private final OutputRequests outputs;

    /**
     * An endpoint.
     *
     * @param outputs serves what tasks write, and what they are told
     */
    public JobEndpoint(Terms terms, OutputRequests outputs) {
        this.terms = terms;
        this.tasks = new TaskQueries(terms);
        this.watch = new JobWatch(terms);
        this.outputs = outputs;
    }

    @Override
    public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobResponse> responses) {
        FieldChecks checks = new FieldChecks();
        String requestId = request.getRequestId();
        checks.check(
                REQUEST_ID.matcher(requestId).matches(),
                "request_id",
                requestId,
                "1 to 63 characters of [A-Za-z0-9-]");
        new SpecChecks(checks).check(request.getSpec(), "spec");
        checks.throwIfAny();
        JobSpec spec = SpecWire.fromProto(request.getSpec(), requestId);
        Reply reply =
                terms.leading()
                        .loop()
                        .request(cause -> new JobSubmitted(cause, spec, Instant.now()));
        SubmitJobResponse response =
                SubmitJobResponse.newBuilder().setJobId(Replies.accepted(reply)).build();
        answer(response, responses);
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> responses) {
        JobId id = Selections.job(request.getJobId());
        JobView job =
                terms.leading()
                        .loop()
                        .ask(view -> view.job(id))
                        .orElseThrow(() -> Replies.noJob(id.value()));
        answer(GetJobResponse.newBuilder().setJob(ViewWire.toProto(job)).build(), responses);
    }

    @Override
    public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> responses) {
        FieldChecks checks = new FieldChecks();
        int size = Pages.size(request.getPageSize(), PAGE_SIZE_DEFAULT, checks);
        long before =
                Pages.place(request.getPageToken(), checks)
                        .map(Pages.Place::major)
                        .orElse(Long.MAX_VALUE);
        checks.throwIfAny();
        List<JobView> jobs =
                terms.leading()
                        .loop()
                        .ask(view -> view.jobs(before, size + 1, request.getActiveOnly()));
        ListJobsResponse.Builder response = ListJobsResponse.newBuilder();
        jobs.stream().limit(size).map(ViewWire::toProto).forEach(response::addJobs);
        if (jobs.size() > size) {
            long last = jobs.get(size - 1).id().value();
            response.setNextPageToken(Pages.token(new Pages.Place(last, 0)));
        }
        answer(response.build(), responses);
    }

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<WatchJobResponse> responses) {
        watch.start(Selections.job(request.getJobId()), responses);
    }

    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> responses) {
        FieldChecks checks = new FieldChecks();
        JobId job = Selections.job(request.getJobId());
        int signal = request.getSignal();
        checks.check(signal >= 0 && signal <= SIGNAL_MAX, "signal", signal, "1 to 31, or nothing");
        checks.check(
                request.getReason().length() <= REASON_LENGTH_MAX,
                "reason",
                request.getReason(),
                "up to 256 characters");
        Optional<SchedulerEvent.TaskSelection> selection =
                request.hasTasks()
                        ? Optional.of(Selections.tasks(request.getTasks(), "tasks", checks))
                        : Optional.empty();
        checks.throwIfAny();
        Reply reply =
                terms.leading()
                        .loop()
                        .request(cause ->
                                new CancelRequested(
                                        cause,
                                        job,
                                        selection,
                                        signal == 0 ? SIGNAL_DEFAULT : signal,
                                        request.getReason(),
                                        Instant.now()));
        Replies.completed(reply);
        answer(CancelJobResponse.getDefaultInstance(), responses);
    }

    @Override
    public void retryJob(RetryJobRequest request, StreamObserver<RetryJobResponse> responses) {
        FieldChecks checks = new FieldChecks();
        JobId job = Selections.job(request.getJobId());
        Optional<SchedulerEvent.TaskSelection> selection =
                request.hasTasks()
                        ? Optional.of(Selections.tasks(request.getTasks(), "tasks", checks))
                        : Optional.empty();
        checks.throwIfAny();
        Reply reply =
                terms.leading().loop().request(cause -> new RetryRequested(cause, job, selection));
        RetryJobResponse response =
                RetryJobResponse.newBuilder().setTaskCount(Replies.completed(reply)).build();
        answer(response, responses);
    }

    @Override
    public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> responses) {
        answer(tasks.list(request), responses);
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> responses) {
        answer(tasks.explain(request), responses);
    }

    @Override
    public void readOutput(
            ReadOutputRequest request, StreamObserver<ReadOutputResponse> responses) {
        outputs.read(request, responses);
    }

    @Override
    public void findPipe(FindPipeRequest request, StreamObserver<FindPipeResponse> responses) {
        answer(tasks.findPipe(request), responses);
    }

    @Override
    public void findOutputs(
            FindOutputsRequest request, StreamObserver<FindOutputsResponse> responses) {
        outputs.find(request, responses);
    }

    @Override
    public StreamObserver<AttachTaskRequest> attachTask(
            StreamObserver<AttachTaskResponse> responses) {
        return outputs.attach(responses);
    }
}
