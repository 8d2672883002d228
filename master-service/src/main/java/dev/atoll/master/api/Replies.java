package dev.atoll.master.api;

import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerCommand.Accepted;
import dev.atoll.core.scheduler.SchedulerCommand.Completed;
import dev.atoll.core.scheduler.SchedulerCommand.Refusal;
import dev.atoll.core.scheduler.SchedulerCommand.Refused;
import dev.atoll.core.scheduler.SchedulerCommand.Reply;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.StreamObserver;

/** The scheduler's replies as users hear them. */
public final class Replies {
    private Replies() {}

    /** The job that was accepted. */
    static long accepted(Reply reply) {
        return switch (reply) {
            case Accepted accepted -> accepted.job().value();
            case Refused refused -> throw refusal(refused);
            case Completed completed -> throw unexpected(completed);
        };
    }

    /** How many tasks were touched. */
    static int completed(Reply reply) {
        return switch (reply) {
            case Completed completed -> completed.count();
            case Refused refused -> throw refusal(refused);
            case Accepted accepted -> throw unexpected(accepted);
        };
    }

    /** Answers a call that has one answer. */
    public static <T> void answer(T response, StreamObserver<T> responses) {
        responses.onNext(response);
        responses.onCompleted();
    }

    /** There is no such job. */
    public static ApiException noJob(long job) {
        return ApiException.notFound(
                        Refusal.JOB_NOT_FOUND.name(), "there is no job %d".formatted(job))
                .with("job", job);
    }

    /** There is no such task, or stage. */
    public static ApiException noTask(TaskRef task) {
        return ApiException.notFound(
                        Refusal.TASK_NOT_FOUND.name(), "there is no task %s".formatted(task))
                .with("task", task);
    }

    private static ApiException refusal(Refused refused) {
        String reason = refused.refusal().name();
        return switch (refused.refusal()) {
            case JOB_NOT_FOUND, TASK_NOT_FOUND, NODE_NOT_FOUND ->
                    ApiException.notFound(reason, refused.message());
            case JOB_ACTIVE, NOTHING_TO_RETRY, DEADLINE_PASSED ->
                    ApiException.failedPrecondition(reason, refused.message());
            case TOO_MANY_JOBS, TOO_MANY_TASKS ->
                    ApiException.resourceExhausted(reason, refused.message());
        };
    }

    private static IllegalStateException unexpected(Reply reply) {
        return new IllegalStateException("the scheduler answered with " + reply);
    }
}
