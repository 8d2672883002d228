package dev.atoll.master.api;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.core.scheduler.SchedulerView.TaskState;
import dev.atoll.core.scheduler.SchedulerView.TaskView;
import dev.atoll.master.session.Terms;
import dev.atoll.proto.job.v1.ExplainRequest;
import dev.atoll.proto.job.v1.ExplainResponse;
import dev.atoll.proto.job.v1.FindPipeRequest;
import dev.atoll.proto.job.v1.FindPipeResponse;
import dev.atoll.proto.job.v1.ListTasksRequest;
import dev.atoll.proto.job.v1.ListTasksResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.ViewWire;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers about single tasks. */
final class TaskQueries {
    private static final int PAGE_SIZE_DEFAULT = 100;

    private final Terms terms;

    TaskQueries(Terms terms) {
        this.terms = terms;
    }

    ListTasksResponse list(ListTasksRequest request) {
        FieldChecks checks = new FieldChecks();
        JobId job = Selections.job(request.getJobId());
        int size = Pages.size(request.getPageSize(), PAGE_SIZE_DEFAULT, checks);
        Pages.Place from =
                Pages.place(request.getPageToken(), checks).orElse(new Pages.Place(0, 0));
        checks.check(
                request.getState() != dev.atoll.proto.job.v1.TaskState.UNRECOGNIZED,
                "state",
                request.getStateValue(),
                "a state that this master knows");
        checks.throwIfAny();
        Optional<TaskState> state = ViewWire.fromProto(request.getState());
        List<TaskView> tasks =
                terms.leading().loop().ask(view -> page(view, job, state, from, size + 1));
        ListTasksResponse.Builder response = ListTasksResponse.newBuilder();
        tasks.stream().limit(size).map(ViewWire::toProto).forEach(response::addTasks);
        if (tasks.size() > size) {
            TaskRef next = tasks.get(size).task();
            response.setNextPageToken(
                    Pages.token(new Pages.Place(next.stage().stage(), next.index())));
        }
        return response.build();
    }

    private static List<TaskView> page(
            SchedulerView view, JobId job, Optional<TaskState> state, Pages.Place from, int count) {
        JobSpec spec = view.spec(job).orElseThrow(() -> Replies.noJob(job.value()));
        List<TaskView> tasks = new ArrayList<>();
        int index = from.minor();
        for (int stage = (int) Math.min(from.major(), spec.stages().size());
                stage < spec.stages().size() && tasks.size() < count;
                stage++) {
            StageRef ref = new StageRef(job, stage);
            tasks.addAll(view.tasks(ref, state, index, count - tasks.size()));
            index = 0;
        }
        return tasks;
    }

    ExplainResponse explain(ExplainRequest request) {
        FieldChecks checks = new FieldChecks();
        JobId job = Selections.job(request.getJobId());
        Optional<TaskRef> task =
                request.hasTask() ? Optional.of(oneTask(request, job, checks)) : Optional.empty();
        checks.throwIfAny();
        return terms.leading().loop().ask((view, now) -> explain(view, now, job, task));
    }

    private static ExplainResponse explain(
            SchedulerView view, Instant now, JobId job, Optional<TaskRef> task) {
        if (view.job(job).isEmpty()) {
            throw Replies.noJob(job.value());
        }
        if (task.isEmpty()) {
            return ExplainResponse.newBuilder().addAllSentences(view.explain(job, now)).build();
        }
        TaskView found = view.task(task.get()).orElseThrow(() -> Replies.noTask(task.get()));
        return ExplainResponse.newBuilder()
                .addAllSentences(view.explain(task.get(), now))
                .setTask(ViewWire.toProto(found))
                .build();
    }

    FindPipeResponse findPipe(FindPipeRequest request) {
        JobId job = Selections.job(request.getJobId());
        int position = request.getStage();
        new FieldChecks().check(position >= 0, "stage", position, "at least 0").throwIfAny();
        TaskRef task = new TaskRef(new StageRef(job, position), 0);
        return terms.leading().loop().ask((view, now) -> findPipe(view, now, task));
    }

    private static FindPipeResponse findPipe(SchedulerView view, Instant now, TaskRef task) {
        if (view.job(task.stage().job()).isEmpty()) {
            throw Replies.noJob(task.stage().job().value());
        }
        if (view.task(task).isEmpty()) {
            throw Replies.noTask(task);
        }
        SchedulerView.RunningAttempt running =
                view.running(task).orElseThrow(() -> notRunning(task));
        SchedulerView.WorkerView worker =
                view.worker(running.worker(), now).orElseThrow(() -> notRunning(task));
        return FindPipeResponse.newBuilder()
                .setWorkerId(worker.id().value())
                .setAddress(worker.address())
                .setAttempt(running.attempt())
                .build();
    }

    private static ApiException notRunning(TaskRef task) {
        return ApiException.unavailable("NOT_RUNNING", "task %s does not run".formatted(task));
    }

    private static TaskRef oneTask(ExplainRequest request, JobId job, FieldChecks checks) {
        SchedulerEvent.TaskSelection selection =
                Selections.tasks(request.getTask(), "task", checks);
        boolean isOne = selection.tasks().map(tasks -> tasks.size() == 1).orElse(false);
        checks.check(
                isOne || !checks.isClean(),
                "task.tasks",
                selection.tasks().map(Object::toString).orElse(""),
                "one task");
        int index = isOne ? selection.tasks().orElseThrow().first() : 0;
        return new TaskRef(new StageRef(job, Math.max(0, selection.stage())), index);
    }
}
