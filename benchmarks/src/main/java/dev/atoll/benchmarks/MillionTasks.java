package dev.atoll.benchmarks;

import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.BackupPolicy;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand.Grant;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.JobSubmitted;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerEvent.WorkerConnected;
import dev.atoll.core.scheduler.SchedulerEvent.WorkerReported;
import dev.atoll.core.scheduler.SchedulerLimits;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a million tasks cost the master's mind: the time to accept them, the heap they take, and the
 * pace of its decisions when three workers report them in batches, in a random order of workers.
 */
public final class MillionTasks {
    private static final int TASKS = 1_000_000;
    private static final int WORKERS = 3;
    private static final int REPORT_TASKS_MAX = 64;

    private final Scheduler scheduler = new Scheduler(SchedulerLimits.defaults(), 1);
    private final Deque<Grant> outstanding = new ArrayDeque<>();
    private final long[] sequences = new long[WORKERS];
    private Instant now = Instant.EPOCH;
    private long events;

    /** Runs it a few times, so that the last round shows compiled code. */
    public static void main(String[] args) {
        System.out.println(
                "| round | accepted ms | heap MiB, waiting | heap MiB, half done | decisions/s |"
                        + " tasks/s |");
        System.out.println("|---|---|---|---|---|---|");
        for (int round = 1; round <= 3; round++) {
            new MillionTasks().run(round);
        }
    }

    private void run(int round) {
        for (int worker = 0; worker < WORKERS; worker++) {
            connect(worker);
        }
        double before = heapMebibytes();
        long start = System.nanoTime();
        submit();
        double acceptedMillis = (System.nanoTime() - start) / 1e6;
        double waiting = heapMebibytes() - before;
        SplittableRandom random = new SplittableRandom(round);
        start = System.nanoTime();
        int done = reportUntil(TASKS / 2, 0, random);
        long elapsed = System.nanoTime() - start;
        double half = heapMebibytes() - before;
        start = System.nanoTime();
        done = reportUntil(TASKS, done, random);
        elapsed += System.nanoTime() - start;
        double seconds = elapsed / 1e9;
        System.out.printf(
                "| %d | %.1f | %.2f | %.2f | %,.0f | %,.0f |%n",
                round, acceptedMillis, waiting, half, events / seconds, done / seconds);
    }

    private void connect(int worker) {
        handle(
                new WorkerConnected(
                        "connect",
                        id(worker),
                        1,
                        worker + 1,
                        "",
                        Resources.cpu(2_000),
                        List.of(),
                        List.of()));
    }

    private static WorkerId id(int worker) {
        return new WorkerId("worker-" + worker);
    }

    private void submit() {
        StageSpec stage =
                new StageSpec(
                        "tasks",
                        TASKS,
                        TaskTemplate.command("true"),
                        Resources.cpu(1_000),
                        1,
                        Optional.empty(),
                        List.of());
        JobSpec spec =
                new JobSpec(
                        "request",
                        "million",
                        "user",
                        0,
                        List.of(stage),
                        FailurePolicy.KEEP_GOING,
                        BackupPolicy.STRAGGLERS,
                        JobSpec.Durability.TWO);
        handle(new JobSubmitted("submit", spec, now));
    }

    /* Each worker reports the front of a random grant, so that done ranges interleave as they would. */
    private int reportUntil(int target, int from, SplittableRandom random) {
        int done = from;
        while (done < target) {
            int turns = random.nextInt(Math.min(8, outstanding.size()));
            for (int i = 0; i < turns; i++) {
                outstanding.addLast(outstanding.removeFirst());
            }
            Grant grant = outstanding.removeFirst();
            int count = Math.min(grant.tasks().size(), 1 + random.nextInt(REPORT_TASKS_MAX));
            Ranges part = firstOf(grant, count);
            done += part.size();
            report(grant, part);
        }
        return done;
    }

    private Ranges firstOf(Grant grant, int count) {
        RangeSet rest = new RangeSet(grant.tasks());
        Ranges part = rest.takeFirst(count);
        if (!rest.isEmpty()) {
            outstanding.addFirst(
                    new Grant(
                            grant.worker(),
                            grant.session(),
                            grant.stage(),
                            grant.attempt(),
                            rest.toRanges()));
        }
        return part;
    }

    private void report(Grant grant, Ranges done) {
        StageReport report =
                new StageReport(
                        grant.stage(),
                        1,
                        grant.attempt(),
                        Ranges.empty(),
                        done,
                        done,
                        List.of(),
                        Ranges.empty(),
                        Duration.ofNanos(100_000L * done.size()));
        int worker = (int) grant.session() - 1;
        handle(
                new WorkerReported(
                        "report",
                        grant.worker(),
                        grant.session(),
                        ++sequences[worker],
                        SchedulerEvent.Report.of(List.of(report))));
    }

    private void handle(SchedulerEvent event) {
        events++;
        now = now.plusNanos(1_000);
        Decision decision = scheduler.handle(now, event);
        List<Grant> grants = new ArrayList<>();
        decision.commands().stream()
                .filter(Grant.class::isInstance)
                .map(Grant.class::cast)
                .forEach(grants::add);
        outstanding.addAll(grants);
    }

    private static double heapMebibytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
    }
}
