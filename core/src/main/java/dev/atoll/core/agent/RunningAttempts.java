package dev.atoll.core.agent;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The attempts that run now, in the order of their start. */
final class RunningAttempts {
    private final Map<TaskRef, Running> byTask = new LinkedHashMap<>();

    /** One attempt that runs. */
    static final class Running {
        final TaskRef task;
        final GrantKey grant;
        final StageSpec spec;
        final List<Integer> gpus;
        final Instant startedAt;
        boolean isStartReported;

        /** Why it is being stopped, if it is; what it ends with then counts no more. */
        Optional<Failure> stoppedBy = Optional.empty();

        /** When it is killed, if it is being stopped. */
        Instant killAt = Instant.MAX;

        Running(
                TaskRef task,
                GrantKey grant,
                StageSpec spec,
                List<Integer> gpus,
                Instant startedAt) {
            this.task = task;
            this.grant = grant;
            this.spec = spec;
            this.gpus = gpus;
            this.startedAt = startedAt;
        }

        /** When its timeout is over. */
        Instant deadline() {
            return spec.timeout().map(startedAt::plus).orElse(Instant.MAX);
        }
    }

    void add(Running running) {
        if (byTask.putIfAbsent(running.task, running) != null) {
            throw new IllegalStateException("task %s runs already".formatted(running.task));
        }
    }

    boolean contains(TaskRef task) {
        return byTask.containsKey(task);
    }

    /** The attempt that has ended; empty when another one of the task runs, or none. */
    Optional<Running> remove(TaskRef task, int attempt) {
        Running running = byTask.get(task);
        if (running == null || running.grant.attempt() != attempt) {
            return Optional.empty();
        }
        byTask.remove(task);
        return Optional.of(running);
    }

    Optional<Running> get(TaskRef task) {
        return Optional.ofNullable(byTask.get(task));
    }

    Collection<Running> all() {
        return List.copyOf(byTask.values());
    }

    List<Running> ofStage(StageRef stage) {
        return byTask.values().stream().filter(it -> it.task.stage().equals(stage)).toList();
    }

    List<Running> ofJob(JobId job) {
        return byTask.values().stream().filter(it -> it.task.stage().job().equals(job)).toList();
    }

    int size() {
        return byTask.size();
    }
}
