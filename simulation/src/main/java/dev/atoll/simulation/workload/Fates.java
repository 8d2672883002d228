package dev.atoll.simulation.workload;

import dev.atoll.core.model.StageSpec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What becomes of every task of every program, and how often each has run. */
public final class Fates {
    private final Map<String, List<TaskFate>> byProgram = new LinkedHashMap<>();
    private final Map<String, int[]> runs = new LinkedHashMap<>();

    /** The program of a stage; every stage has one of its own. */
    public static String program(StageSpec stage) {
        return stage.task().command().getFirst();
    }

    /** Tells what becomes of the tasks of a program. */
    public void put(String program, List<TaskFate> fates) {
        byProgram.put(program, List.copyOf(fates));
        runs.put(program, new int[fates.size()]);
    }

    /** What becomes of a task that starts now. */
    public TaskFate begin(String program, int index) {
        TaskFate fate = of(program, index);
        int[] counts = runs.getOrDefault(program, new int[0]);
        counts[index]++;
        boolean isOverIt = fate.kind() == TaskFate.Kind.FLAKY && counts[index] > fate.failures();
        return isOverIt
                ? new TaskFate(TaskFate.Kind.SUCCEEDS, fate.runTime(), 0, fate.isSilent())
                : fate;
    }

    /** What becomes of a task. */
    public TaskFate of(String program, int index) {
        return byProgram.getOrDefault(program, List.of()).get(index);
    }
}
