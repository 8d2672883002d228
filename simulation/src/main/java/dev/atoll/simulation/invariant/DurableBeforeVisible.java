package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.simulation.ledger.Ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Nothing that a client or a worker is told rests on a fact that could still be lost. */
final class DurableBeforeVisible implements Invariant {
    private final DurableHistory history = new DurableHistory();
    private final Set<String> ends = new TreeSet<>();
    private final Set<JobId> reopened = new TreeSet<>();
    private final Set<JobId> accepted = new TreeSet<>();
    private final Set<JobId> forgotten = new TreeSet<>();
    private final Map<String, NavigableMap<Long, List<StageReport>>> reports = new TreeMap<>();

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Decided decided -> decided.decision().facts().forEach(this::decided);
            case Observation.Committed committed -> committed(committed);
            case Observation.ClientTold(String request, SchedulerCommand.Accepted it, Ledger l) ->
                    require(accepted.contains(it.job()), "job %s is accepted".formatted(it.job()));
            case Observation.JobShown(JobView job, Ledger ledger) -> shown(job);
            case Observation.OutputsShown(StageRef stage, var places, Ledger ledger) -> {
                places.holders().forEach(it -> shown(stage, it.tasks()));
                shown(stage, places.silent());
            }
            case Observation.ReportSent sent ->
                    reports.computeIfAbsent(
                                    key(sent.worker(), sent.incarnation()), id -> new TreeMap<>())
                            .put(sent.sequence(), sent.reports());
            case Observation.ReportAcknowledged acknowledged -> acknowledged(acknowledged);
            default -> {}
        }
    }

    private void decided(Fact fact) {
        switch (fact) {
            case Fact.TasksReopened(StageRef stage, Ranges tasks) -> history.reopened(stage, tasks);
            case Fact.JobReopened(JobId job) -> reopened.add(job);
            default -> {}
        }
    }

    private void committed(Observation.Committed committed) {
        history.add(committed.batch());
        committed
                .batch()
                .puts()
                .forEach((key, value) -> {
                    switch (value) {
                        case LedgerValue.Accepted(Fact.JobAccepted it) -> accepted.add(it.job());
                        case LedgerValue.Stopping(Fact.JobStopping it) ->
                                ends.add(it.job() + " stopping");
                        case LedgerValue.Ended(Fact.JobEnded it) ->
                                ends.add(it.job() + " " + it.outcome());
                        default -> {}
                    }
                });
        // What is forgotten has ended, though its end may never have been written.
        for (LedgerKey key : committed.batch().deletes()) {
            if (key instanceof LedgerKey.Spec(JobId job)) {
                forgotten.add(job);
            }
        }
    }

    private void shown(JobView job) {
        if (forgotten.contains(job.id())) {
            return;
        }
        require(accepted.contains(job.id()), "job %s exists".formatted(job.id()));
        boolean isSure =
                switch (job.state()) {
                    case QUEUED, RUNNING -> true;
                    case STOPPING -> isEndDurable(job.id());
                    case SUCCEEDED, FAILED, CANCELLED ->
                            ends.contains(job.id() + " " + job.state())
                                    || reopened.contains(job.id());
                };
        require(isSure, "job %s is %s".formatted(job.id(), job.state()));
        for (int i = 0; i < job.stages().size(); i++) {
            StageRef stage = new StageRef(job.id(), i);
            Ranges all = Ranges.between(0, job.stages().get(i).taskCount());
            int known = all.size() - history.neverSucceeded(stage, all).size();
            int told = job.stages().get(i).succeeded();
            require(told <= known, "%s tasks of %s succeeded".formatted(told, stage));
        }
    }

    private boolean isEndDurable(JobId job) {
        return reopened.contains(job) || ends.stream().anyMatch(it -> it.startsWith(job + " "));
    }

    private void shown(StageRef stage, Ranges tasks) {
        Ranges unsure = history.neverSucceeded(stage, tasks);
        require(unsure.isEmpty(), "tasks %s of %s succeeded".formatted(unsure, stage));
    }

    private void acknowledged(Observation.ReportAcknowledged it) {
        var told = reports.get(key(it.worker(), it.incarnation()));
        if (told == null) {
            return;
        }
        NavigableMap<Long, List<StageReport>> over = told.headMap(it.sequence(), true);
        List<StageReport> all = new ArrayList<>();
        over.values().forEach(all::addAll);
        for (StageReport report : all) {
            JobId job = report.stage().job();
            boolean matters =
                    it.ledger().entry(new LedgerKey.Spec(job)).isPresent() && !isEndDurable(job);
            Ranges unsure = history.neverEnded(report.stage(), report.succeeded());
            require(
                    !matters || unsure.isEmpty(),
                    "the report that tasks %s of %s succeeded is safe"
                            .formatted(unsure, report.stage()));
        }
        over.clear();
    }

    private static String key(WorkerId worker, long incarnation) {
        return worker + "#" + incarnation;
    }

    private static void require(boolean isSure, String told) {
        if (!isSure) {
            throw new InvariantViolation(
                    DurableBeforeVisible.class,
                    "somebody was told that %s, which is not durable".formatted(told));
        }
    }
}
