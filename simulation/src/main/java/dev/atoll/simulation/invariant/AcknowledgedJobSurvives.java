package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.simulation.ledger.Ledger;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A job that was acknowledged stays in the ledger, under its number, until it has ended and is
 * forgotten; and no request makes two jobs.
 */
final class AcknowledgedJobSurvives implements Invariant {
    private final Map<JobId, String> acknowledged = new TreeMap<>();
    private final Map<String, JobId> byRequest = new TreeMap<>();
    private final Set<JobId> forgotten = new TreeSet<>();

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.ClientTold(String request, SchedulerCommand.Accepted it, Ledger l) ->
                    accepted(request, it.job());
            case Observation.Committed(
                            var epoch,
                            var sequence,
                            Batch<LedgerValue> batch,
                            Ledger ledger) ->
                    committed(batch, ledger);
            default -> {}
        }
    }

    private void accepted(String request, JobId job) {
        if (forgotten.contains(job)) {
            // The answer was slower than the whole life of the job.
            return;
        }
        acknowledged.put(job, request);
        JobId before = byRequest.put(request, job);
        if (before != null && !before.equals(job) && acknowledged.containsKey(before)) {
            throw violation("request %s made jobs %s and %s".formatted(request, before, job));
        }
    }

    private void committed(Batch<LedgerValue> batch, Ledger ledger) {
        for (LedgerKey key : batch.deletes()) {
            if (key instanceof LedgerKey.Spec(JobId job)) {
                acknowledged.remove(job);
                forgotten.add(job);
            }
        }
        acknowledged.forEach((job, request) -> {
            boolean isThere =
                    ledger.entry(new LedgerKey.Spec(job)).orElse(null)
                                    instanceof LedgerValue.Accepted(Fact.JobAccepted fact)
                            && fact.spec().requestId().equals(request);
            if (!isThere) {
                throw violation("job %s of %s is not in the ledger".formatted(job, request));
            }
        });
    }

    private static InvariantViolation violation(String message) {
        return new InvariantViolation(AcknowledgedJobSurvives.class, message);
    }
}
