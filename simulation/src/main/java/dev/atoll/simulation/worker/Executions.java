package dev.atoll.simulation.worker;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.TaskFate;
import dev.atoll.simulation.world.Dice;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes that run on a worker. */
final class Executions {
    private static final int SIGNAL_KILL = 9;

    private final WorkerNode worker;
    private final Dice dice;
    private final Map<TaskRef, Execution> running = new LinkedHashMap<>();

    /** One process, or the wait for its input. */
    private static final class Execution {
        final StartAttempt start;

        Execution(StartAttempt start) {
            this.start = start;
        }
    }

    Executions(WorkerNode worker, Dice dice) {
        this.worker = worker;
        this.dice = dice;
    }

    /** The machine is off, or everything was killed with the worker. */
    void killAll() {
        for (TaskRef task : List.copyOf(running.keySet())) {
            over(task);
        }
    }

    void start(StartAttempt start) {
        Execution execution = new Execution(start);
        running.put(start.task(), execution);
        worker.host().tell("starts", start.task(), "attempt", start.attempt());
        worker.place()
                .witness()
                .observe(new Observation.AttemptStarted(worker.id(), worker.offer(), start));
        if (start.spec().task().input() instanceof TaskTemplate.Input.Gathered gathered) {
            new InputGathering(
                            worker,
                            dice,
                            start,
                            gathered.stage(),
                            isThere -> {
                                if (isThere) {
                                    run(execution);
                                } else {
                                    fail(execution, Failure.of(Failure.Kind.INPUT_UNAVAILABLE));
                                }
                            })
                    .begin();
        } else {
            run(execution);
        }
    }

    private void run(Execution execution) {
        if (!isRunning(execution)) {
            return;
        }
        StartAttempt start = execution.start;
        if (worker.isBlackHole()) {
            Failure failure = new Failure(Failure.Kind.WORKER_TROUBLE, 0, "no process to be had");
            worker.host().after(Duration.ofMillis(1), () -> fail(execution, failure));
            return;
        }
        TaskFate fate =
                worker.place().fates().begin(Fates.program(start.spec()), start.task().index());
        Runnable end =
                switch (fate.kind()) {
                    case SUCCEEDS -> () -> succeed(execution);
                    case FLAKY, FAILS ->
                            () -> fail(execution, new Failure(Failure.Kind.EXIT, 1, ""));
                    case KILLS_WORKER -> () -> killWorker(execution);
                    case ENDLESS -> () -> {};
                };
        worker.host().after(fate.runTime().multipliedBy(worker.slowness()), end);
    }

    private boolean isRunning(Execution execution) {
        return running.get(execution.start.task()) == execution;
    }

    private void killWorker(Execution execution) {
        if (isRunning(execution)) {
            worker.crash(dice.pick(List.of(WorkerNode.Crash.KILLED, WorkerNode.Crash.POWER_LOST)));
        }
    }

    private void succeed(Execution execution) {
        if (isRunning(execution)) {
            worker.wrote(execution.start);
            end(execution, Optional.empty());
        }
    }

    private void fail(Execution execution, Failure failure) {
        if (isRunning(execution)) {
            end(execution, Optional.of(failure));
        }
    }

    private void end(Execution execution, Optional<Failure> failure) {
        StartAttempt start = execution.start;
        over(start.task());
        Duration runTime =
                worker.place()
                        .fates()
                        .of(Fates.program(start.spec()), start.task().index())
                        .runTime();
        boolean isSilent =
                worker.place()
                        .fates()
                        .of(Fates.program(start.spec()), start.task().index())
                        .isSilent();
        worker.handle(
                new AgentEvent.AttemptEnded(
                        start.task(), start.attempt(), failure, runTime, isSilent));
    }

    private void over(TaskRef task) {
        running.remove(task);
        worker.place().witness().observe(new Observation.AttemptOver(worker.id(), task));
    }

    void signal(TaskRef task, int attempt, int signal) {
        Execution execution = running.get(task);
        if (execution == null || execution.start.attempt() != attempt) {
            return;
        }
        boolean isDeadly = signal == SIGNAL_KILL || dice.chance(0.8);
        if (!isDeadly) {
            return;
        }
        Failure failure = new Failure(Failure.Kind.SIGNAL, signal, "");
        if (worker.has(Mutation.FREE_BEFORE_END)) {
            worker.handle(
                    new AgentEvent.AttemptEnded(
                            task, attempt, Optional.of(failure), Duration.ZERO, false));
            return;
        }
        worker.host()
                .after(
                        dice.between(Duration.ZERO, Duration.ofMillis(30)),
                        () -> fail(execution, failure));
    }

    /** What runs now. */
    List<TaskRef> tasks() {
        return new ArrayList<>(running.keySet());
    }
}
