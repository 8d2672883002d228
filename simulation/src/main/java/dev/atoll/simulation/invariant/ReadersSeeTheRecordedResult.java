package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.Output;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PrimitiveIterator;

/** Whoever reads a task's output gets what the recorded attempt wrote, and of the right job. */
public final class ReadersSeeTheRecordedResult implements Invariant {
    /* The ledger says which worker holds an output, and not of which attempt. While a task that was
     * reopened runs again on the very worker that is still recorded, a reader may get the new
     * attempt's output early; so from a reopening to the next success any attempt will do. */
    private final Map<Place, Recorded> recorded = new LinkedHashMap<>();

    /** A task's output on a worker. */
    private record Place(TaskRef task, WorkerId worker) {}

    /** The attempt whose success a master has recorded last. */
    private record Recorded(long by, long epoch, int attempt) {}

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Decided decided -> {
                for (Fact fact : decided.decision().facts()) {
                    decided(decided, fact);
                }
            }
            case Observation.OutputRead read -> read(read);
            default -> {}
        }
    }

    private void decided(Observation.Decided decided, Fact fact) {
        switch (fact) {
            case Fact.TasksReopened(StageRef stage, Ranges tasks) ->
                    recorded.keySet()
                            .removeIf(it ->
                                    it.task().stage().equals(stage)
                                            && tasks.contains(it.task().index()));
            case Fact.TasksSucceeded success
                    when decided.event() instanceof SchedulerEvent.WorkerReported event -> {
                for (StageReport report : event.reports()) {
                    if (report.stage().equals(success.stage())) {
                        record(decided.scheduler().epoch(), success, report);
                    }
                }
            }
            default -> {}
        }
    }

    private void record(long by, Fact.TasksSucceeded success, StageReport report) {
        PrimitiveIterator.OfInt indexes = success.tasks().indexes();
        while (indexes.hasNext()) {
            TaskRef task = new TaskRef(success.stage(), indexes.nextInt());
            Place place = new Place(task, success.worker());
            Recorded before = recorded.get(place);
            boolean isNewer = before == null || before.by() <= by;
            if (report.succeeded().contains(task.index()) && isNewer) {
                recorded.put(place, new Recorded(by, report.epoch(), report.attempt()));
            }
        }
    }

    private void read(Observation.OutputRead read) {
        StageRef stage = read.task().stage();
        int index = read.task().index();
        if (read.ledger().entry(new LedgerKey.Spec(stage.job())).isEmpty()) {
            // The job is being forgotten.
            return;
        }
        Output output = read.output();
        boolean isDurable =
                read.ledger().entry(new LedgerKey.Progress(stage, 0)).orElse(null)
                                instanceof LedgerValue.Progress(var chunk)
                        && chunk.succeeded()
                                .getOrDefault(read.worker(), Ranges.empty())
                                .contains(index);
        if (!isDurable) {
            // It was reopened since the reader was told where to read.
            return;
        }
        Recorded attempt = recorded.get(new Place(read.task(), read.worker()));
        boolean isRight =
                output.program().equals(program(read))
                        && output.index() == index
                        && output.worker().equals(read.worker())
                        && (attempt == null
                                || (output.epoch() == attempt.epoch()
                                        && output.attempt() == attempt.attempt()));
        if (!isRight) {
            throw new InvariantViolation(
                    ReadersSeeTheRecordedResult.class,
                    "task %s was read as %s; recorded is %s of program %s"
                            .formatted(read.task(), output, attempt, program(read)));
        }
    }

    private static String program(Observation.OutputRead read) {
        StageRef stage = read.task().stage();
        return read.ledger().entry(new LedgerKey.Spec(stage.job())).orElse(null)
                        instanceof LedgerValue.Accepted(Fact.JobAccepted fact)
                ? Fates.program(fact.spec().stages().get(stage.stage()))
                : "";
    }
}
