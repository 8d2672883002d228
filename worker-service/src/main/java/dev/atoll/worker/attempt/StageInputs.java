package dev.atoll.worker.attempt;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.TaskTemplate.Input;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where what earlier stages wrote comes from.
 *
 * @param outputs their outputs as they are
 * @param records their records
 * @param pipes what is written at the same time
 */
public record StageInputs(GatherSource outputs, RecordSource records, PipeSource pipes) {
    /**
     * What is fed into an attempt from the task before it in a pipe; held by it from now on.
     *
     * @throws IOException if the task before it is not there
     */
    FedInput piped(StartAttempt start, BooleanSupplier isStopped) throws IOException {
        int before = start.task().stage().stage() - 1;
        return new FedInput(
                "the pipe", pipes.open(new TaskRef(earlier(start, before), 0), isStopped));
    }

    /** What is fed into an attempt, if it reads earlier stages. */
    Optional<FedInput> of(StartAttempt start) {
        return switch (start.spec().task().input()) {
            case Input.Gathered(int position) -> {
                StageRef stage = earlier(start, position);
                yield Optional.of(
                        new FedInput(
                                "the outputs of stage " + position,
                                receiver -> outputs.read(stage, receiver)));
            }
            case Input.Shuffled shuffled -> {
                StageRef stage = earlier(start, shuffled.stage());
                int task = start.task().index();
                int taskCount = start.spec().taskCount();
                yield Optional.of(
                        new FedInput(
                                "the records of stage " + shuffled.stage(),
                                receiver ->
                                        records.read(
                                                stage,
                                                shuffled.part(),
                                                task,
                                                taskCount,
                                                receiver)));
            }
            case Input.Empty(), Input.Attached(), Input.ItemBlob(), Input.Piped() ->
                    Optional.empty();
        };
    }

    private static StageRef earlier(StartAttempt start, int position) {
        return new StageRef(start.task().stage().job(), position);
    }
}
