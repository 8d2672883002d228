package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.Durability;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Fact.Outcome;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.simulation.ledger.Ledger;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When it becomes durable that a job has succeeded whose results are to be on two disks, the ledger
 * names two workers for each of them, unless the job's end says otherwise or there was one worker.
 */
final class ResultsHaveTwoHolders implements Invariant {
    /* Jobs whose end was decided, by the term that did; what was dropped or reopened since has its
     * reasons, which other invariants look at. */
    private final Map<Long, Set<JobId>> endedByEpoch = new TreeMap<>();

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.TermBegun(String master, long epoch) -> endedByEpoch.remove(epoch);
            case Observation.Decided(Scheduler scheduler, var event, Decision decision) ->
                    decision.facts().forEach(fact -> decided(scheduler, fact));
            case Observation.Committed committed -> committed(committed);
            default -> {}
        }
    }

    private static long workersInTouch(Scheduler scheduler) {
        return scheduler.view().workers(Instant.EPOCH).stream()
                .filter(worker ->
                        switch (worker.state()) {
                            case READY, DRAINING, QUARANTINED -> true;
                            case SUSPECT, LOST -> false;
                        })
                .count();
    }

    private void decided(Scheduler scheduler, Fact fact) {
        Set<JobId> ended =
                endedByEpoch.computeIfAbsent(scheduler.epoch(), epoch -> new TreeSet<>());
        switch (fact) {
            case Fact.JobEnded it -> {
                boolean isDueTwice = it.outcome() == Outcome.SUCCEEDED && it.reason().isEmpty();
                if (isDueTwice && workersInTouch(scheduler) > 1) {
                    ended.add(it.job());
                }
            }
            case Fact.CopiesDropped it -> ended.remove(it.job());
            case Fact.TasksReopened it -> ended.remove(it.job());
            case Fact.JobReopened it -> ended.remove(it.job());
            default -> {}
        }
    }

    private void committed(Observation.Committed committed) {
        Set<JobId> ended = endedByEpoch.getOrDefault(committed.epoch(), Set.of());
        committed
                .batch()
                .puts()
                .forEach((key, value) -> {
                    if (value instanceof LedgerValue.Ended(Fact.JobEnded it)
                            && ended.contains(it.job())) {
                        check(it.job(), committed.ledger());
                    }
                });
    }

    private static void check(JobId job, Ledger ledger) {
        if (!(ledger.entry(new LedgerKey.Spec(job)).orElse(null)
                instanceof LedgerValue.Accepted(Fact.JobAccepted accepted))) {
            return;
        }
        JobSpec spec = accepted.spec();
        if (spec.durability() == Durability.ONE) {
            return;
        }
        for (int i = 0; i < spec.stages().size(); i++) {
            int stage = i;
            boolean isResult =
                    spec.stages().stream().noneMatch(it -> it.dependsOn().contains(stage));
            if (isResult) {
                check(new StageRef(job, stage), ledger);
            }
        }
    }

    private static void check(StageRef stage, Ledger ledger) {
        if (!(ledger.entry(new LedgerKey.Progress(stage, 0)).orElse(null)
                instanceof LedgerValue.Progress(ProgressChunk chunk))) {
            return;
        }
        chunk.succeeded()
                .forEach((worker, tasks) -> {
                    RangeSet single = new RangeSet(tasks);
                    single.removeAll(chunk.silent());
                    chunk.copied()
                            .forEach((other, copies) -> {
                                if (!other.equals(worker)) {
                                    single.removeAll(copies);
                                }
                            });
                    Ranges left = single.toRanges();
                    if (!left.isEmpty()) {
                        throw new InvariantViolation(
                                ResultsHaveTwoHolders.class,
                                "job %s has ended, and of %s the results %s are on %s only"
                                        .formatted(stage.job(), stage, left, worker));
                    }
                });
    }
}
