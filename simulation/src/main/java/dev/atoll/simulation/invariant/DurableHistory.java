package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;

import java.util.Map;
import java.util.TreeMap;

/** Which tasks were ever durably recorded as succeeded or failed. */
final class DurableHistory {
    private final Map<StageRef, RangeSet> succeeded = new TreeMap<>();
    private final Map<StageRef, RangeSet> failed = new TreeMap<>();

    void add(Batch<LedgerValue> batch) {
        batch.puts()
                .forEach((key, value) -> {
                    if (key instanceof LedgerKey.Progress progress
                            && value instanceof LedgerValue.Progress(var chunk)) {
                        chunk.succeeded()
                                .values()
                                .forEach(it -> add(succeeded, progress.stage(), it));
                        chunk.failed().forEach(it -> add(failed, progress.stage(), it.tasks()));
                    }
                });
    }

    /* A success that was undone before the next commit was never written, and is as good as durable
     * all the same: whoever may hear of it hears of it after both. */
    void reopened(StageRef stage, Ranges tasks) {
        add(succeeded, stage, tasks);
    }

    private static void add(Map<StageRef, RangeSet> sets, StageRef stage, Ranges tasks) {
        sets.computeIfAbsent(stage, ref -> new RangeSet()).addAll(tasks);
    }

    /** Those of the tasks that never succeeded. */
    Ranges neverSucceeded(StageRef stage, Ranges tasks) {
        return succeeded.getOrDefault(stage, new RangeSet()).absentFrom(tasks);
    }

    /** Those of the tasks that never succeeded nor failed. */
    Ranges neverEnded(StageRef stage, Ranges tasks) {
        Ranges rest = neverSucceeded(stage, tasks);
        return failed.getOrDefault(stage, new RangeSet()).absentFrom(rest);
    }
}
