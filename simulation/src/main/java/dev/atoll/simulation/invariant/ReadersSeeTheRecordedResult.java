package dev.atoll.simulation.invariant;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerView.Holder;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.Output;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.Stream;

/** Whoever reads a task's output gets what the recorded attempt wrote, and of the right job. */
public final class ReadersSeeTheRecordedResult implements Invariant {
    /* The ledger says which worker holds an output, and not of which attempt. While a task that was
     * reopened runs again on the very worker that is still recorded, a reader may get the new
     * attempt's output early; so from a reopening to the next success any attempt will do. That holds,
     * too, when the reopening was never durable: the next master knows what was before it. */
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
                for (StageReport report : event.report().stages()) {
                    if (report.stage().equals(success.stage())) {
                        record(decided.scheduler().epoch(), success, report);
                    }
                }
            }
            case Fact.OutputsCopied copied -> copied(decided.scheduler(), copied);
            default -> {}
        }
    }

    /**
     * A copy is of what was recorded of the others that hold the output by this master's ledger.
     */
    private void copied(Scheduler scheduler, Fact.OutputsCopied fact) {
        List<Holder> holders = scheduler.view().places(fact.stage(), 0).holders();
        PrimitiveIterator.OfInt indexes = fact.tasks().indexes();
        while (indexes.hasNext()) {
            int index = indexes.nextInt();
            TaskRef task = new TaskRef(fact.stage(), index);
            Place place = new Place(task, fact.worker());
            holders.stream()
                    .filter(it -> it.tasks().contains(index) && !it.worker().equals(fact.worker()))
                    .flatMap(it -> Stream.ofNullable(recorded.get(new Place(task, it.worker()))))
                    .filter(it -> it.by() <= scheduler.epoch())
                    .max(Comparator.comparingLong(Recorded::by))
                    .ifPresentOrElse(
                            it ->
                                    recorded.put(
                                            place,
                                            new Recorded(
                                                    scheduler.epoch(), it.epoch(), it.attempt())),
                            () -> recorded.remove(place));
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
                        && (holds(chunk.succeeded(), read.worker(), index)
                                || holds(chunk.copied(), read.worker(), index));
        if (!isDurable) {
            // It was reopened since the reader was told where to read.
            return;
        }
        Recorded attempt = recorded.get(new Place(read.task(), read.worker()));
        boolean isRight =
                output.program().equals(program(read))
                        && output.index() == index
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

    private static boolean holds(Map<WorkerId, Ranges> tasks, WorkerId worker, int index) {
        return tasks.getOrDefault(worker, Ranges.empty()).contains(index);
    }

    private static String program(Observation.OutputRead read) {
        StageRef stage = read.task().stage();
        return read.ledger().entry(new LedgerKey.Spec(stage.job())).orElse(null)
                        instanceof LedgerValue.Accepted(Fact.JobAccepted fact)
                ? Fates.program(fact.spec().stages().get(stage.stage()))
                : "";
    }
}
