package dev.atoll.simulation.worker;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.master.Answer;
import dev.atoll.simulation.master.Request;
import dev.atoll.simulation.workload.Output;
import dev.atoll.simulation.world.Dice;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Fetches the outputs of an earlier stage for one attempt: asks who has them, then each of them.
 */
final class InputGathering {
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final int TRIES_MAX = 4;

    private final WorkerNode worker;
    private final Dice dice;
    private final StageRef stage;
    private final Consumer<Boolean> gathered;
    private final RangeSet here = new RangeSet();
    private int tries;
    private int expected = -1;
    private boolean isOver;

    InputGathering(
            WorkerNode worker,
            Dice dice,
            StartAttempt start,
            int stage,
            Consumer<Boolean> gathered) {
        this.worker = worker;
        this.dice = dice;
        this.stage = new StageRef(start.task().stage().job(), stage);
        this.gathered = gathered;
    }

    void begin() {
        if (isOver) {
            return;
        }
        if (tries++ == TRIES_MAX) {
            end(false);
            return;
        }
        worker.place().masters().ask(worker.host(), new Request.FindOutputs(stage), this::answered);
        worker.host().after(dice.between(PATIENCE, PATIENCE.multipliedBy(2)), this::begin);
    }

    private void answered(Answer answer) {
        if (answer instanceof Answer.Found(OutputPlaces places, int taskCount) && !isOver) {
            expected = taskCount;
            here.addAll(places.silent());
            places.holders().forEach(it -> fetch(it.worker(), it.tasks()));
            check();
        }
    }

    private void fetch(WorkerId holder, Ranges tasks) {
        worker.place()
                .workers()
                .find(holder)
                .ifPresent(node ->
                        worker.place()
                                .network()
                                .ask(
                                        worker.host(),
                                        node.host(),
                                        () -> node.read(stage, tasks),
                                        outputs -> arrived(holder, outputs)));
    }

    private void arrived(WorkerId holder, Map<Integer, Output> outputs) {
        if (isOver) {
            return;
        }
        outputs.forEach((index, output) -> {
            here.add(index, index + 1);
            worker.place()
                    .witness()
                    .observe(
                            new Observation.OutputRead(
                                    new TaskRef(stage, index),
                                    holder,
                                    output,
                                    worker.place().ledger()));
        });
        check();
    }

    private void check() {
        if (here.size() == expected) {
            end(true);
        }
    }

    private void end(boolean isThere) {
        if (!isOver) {
            isOver = true;
            gathered.accept(isThere);
        }
    }
}
