package dev.atoll.client;

import dev.atoll.core.model.JobId;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.atoll.proto.job.v1.ListTasksRequest;
import dev.atoll.proto.job.v1.ListTasksResponse;
import dev.atoll.proto.job.v1.TaskState;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The tasks of a job, page by page. */
final class TaskPages {
    private static final int PAGE_SIZE = 1_000;

    private TaskPages() {}

    /** Makes the calls that fetch the pages. */
    interface Calls {
        /** Makes a call and waits for its answer. */
        ListTasksResponse make(Job.UnaryCall<ListTasksResponse> call);
    }

    static Stream<TaskStatus> of(Calls calls, JobId job, Optional<TaskStatus.State> state) {
        ListTasksRequest first =
                ListTasksRequest.newBuilder()
                        .setJobId(job.value())
                        .setState(
                                state.map(TaskPages::wire).orElse(TaskState.TASK_STATE_UNSPECIFIED))
                        .setPageSize(PAGE_SIZE)
                        .build();
        Function<ListTasksRequest, ListTasksResponse> fetch =
                request -> calls.make((JobServiceBlockingStub stub) -> stub.listTasks(request));
        return Pages.of(
                first,
                fetch,
                (request, page) ->
                        request.toBuilder().setPageToken(page.getNextPageToken()).build(),
                ListTasksResponse::getNextPageToken,
                page -> page.getTasksList().stream().map(WireStatus::task));
    }

    private static TaskState wire(TaskStatus.State state) {
        return switch (state) {
            case WAITING -> TaskState.TASK_STATE_WAITING;
            case RUNNING -> TaskState.TASK_STATE_RUNNING;
            case SUCCEEDED -> TaskState.TASK_STATE_SUCCEEDED;
            case FAILED -> TaskState.TASK_STATE_FAILED;
            case CANCELLED -> TaskState.TASK_STATE_CANCELLED;
        };
    }
}
