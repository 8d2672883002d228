package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.util.Map;
import java.util.TreeMap;

/** What the ledger says of a task's success it says for good, unless a fact reopens the task. */
final class OneCommittedResultPerTask implements Invariant {
    private final Map<LedgerKey.Progress, ProgressChunk> durable =
            new TreeMap<>((a, b) -> {
                int byStage = a.stage().compareTo(b.stage());
                return byStage != 0 ? byStage : Integer.compare(a.chunk(), b.chunk());
            });
    private final Map<StageRef, RangeSet> reopened = new TreeMap<>();
    private long epoch;

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Decided decided -> {
                for (Fact fact : decided.decision().facts()) {
                    if (fact instanceof Fact.TasksReopened(StageRef stage, Ranges tasks)) {
                        reopened(decided.scheduler().epoch(), stage, tasks);
                    }
                }
            }
            case Observation.Committed committed -> committed(committed);
            default -> {}
        }
    }

    private void reopened(long by, StageRef stage, Ranges tasks) {
        newTerm(by);
        if (by == epoch) {
            reopened.computeIfAbsent(stage, ref -> new RangeSet()).addAll(tasks);
        }
    }

    /** What a former leader reopened and could not make durable has not happened. */
    private void newTerm(long by) {
        if (by > epoch) {
            epoch = by;
            reopened.clear();
        }
    }

    private void committed(Observation.Committed committed) {
        if (committed.epoch() < epoch) {
            throw new InvariantViolation(
                    OneCommittedResultPerTask.class,
                    "epoch %d wrote after epoch %d".formatted(committed.epoch(), epoch));
        }
        newTerm(committed.epoch());
        committed
                .batch()
                .puts()
                .forEach((key, value) -> {
                    if (key instanceof LedgerKey.Progress progress
                            && value instanceof LedgerValue.Progress(var chunk)) {
                        replace(progress, chunk);
                    }
                });
        committed.batch().deletes().forEach(this::delete);
    }

    private void delete(LedgerKey key) {
        if (key instanceof LedgerKey.Progress progress) {
            durable.remove(progress);
        }
    }

    private void replace(LedgerKey.Progress key, ProgressChunk now) {
        ProgressChunk before = durable.put(key, now);
        if (before == null) {
            return;
        }
        RangeSet free = reopened.getOrDefault(key.stage(), new RangeSet());
        before.succeeded()
                .forEach((worker, tasks) -> {
                    Ranges bound = free.absentFrom(tasks);
                    Ranges kept =
                            new RangeSet(now.succeeded().getOrDefault(worker, Ranges.empty()))
                                    .intersection(bound);
                    if (!kept.equals(bound)) {
                        throw changed(key, worker, bound, now);
                    }
                });
    }

    private static InvariantViolation changed(
            LedgerKey.Progress key, WorkerId worker, Ranges bound, ProgressChunk now) {
        return new InvariantViolation(
                OneCommittedResultPerTask.class,
                "tasks %s of %s had succeeded on %s for good; now the ledger says %s"
                        .formatted(bound, key.stage(), worker, now));
    }
}
