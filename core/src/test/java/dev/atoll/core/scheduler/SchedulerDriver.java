package dev.atoll.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.BackupPolicy;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.Grant;
import dev.atoll.core.scheduler.SchedulerEvent.CopyReport;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.Report;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Speaks to a scheduler as its hands would, and checks its invariants after every event. */
final class SchedulerDriver {
    static final WorkerId A = new WorkerId("a");
    static final WorkerId B = new WorkerId("b");
    static final WorkerId C = new WorkerId("c");

    final List<Fact> facts = new ArrayList<>();
    Scheduler scheduler;
    Instant now = Instant.EPOCH;
    private long causes;
    private long sessions;
    private final TreeMap<WorkerId, Long> session = new TreeMap<>();
    private final TreeMap<WorkerId, Long> sequence = new TreeMap<>();

    SchedulerDriver() {
        this(SchedulerLimits.defaults());
    }

    SchedulerDriver(SchedulerLimits limits) {
        scheduler = new Scheduler(limits, 1);
    }

    Decision handle(SchedulerEvent event) {
        Decision decision = scheduler.handle(now, event);
        scheduler.validate();
        facts.addAll(decision.facts());
        return decision;
    }

    /** A new leader that knows the facts only. */
    Decision failOver() {
        scheduler = new Scheduler(SchedulerLimits.defaults(), 2);
        facts.forEach(scheduler::replay);
        scheduler.validate();
        return handle(new SchedulerEvent.TookOver(cause(), now));
    }

    String cause() {
        return "cause-" + ++causes;
    }

    Decision submit(JobSpec spec) {
        return handle(new SchedulerEvent.JobSubmitted(cause(), spec, now));
    }

    /** Submits a job of one stage and returns its stage. */
    StageRef submitStage(StageSpec stage) {
        return new StageRef(accepted(submit(job(FailurePolicy.KEEP_GOING, stage))), 0);
    }

    static JobId accepted(Decision decision) {
        return only(decision, SchedulerCommand.Accepted.class).job();
    }

    Decision connect(WorkerId worker, Resources offer) {
        return connect(worker, 1, offer, List.of(), List.of());
    }

    Decision connect(
            WorkerId worker,
            long incarnation,
            Resources offer,
            List<StageAttempts> outstanding,
            List<HeldOutputs> held) {
        session.put(worker, ++sessions);
        return handle(
                new SchedulerEvent.WorkerConnected(
                        cause(),
                        worker,
                        incarnation,
                        sessions,
                        worker + ":1",
                        offer,
                        outstanding,
                        held));
    }

    Decision disconnect(WorkerId worker) {
        return handle(new SchedulerEvent.WorkerDisconnected(cause(), worker, session.get(worker)));
    }

    Decision succeed(WorkerId worker, StageRef stage, int attempt, Ranges tasks) {
        return report(worker, stageReport(stage, attempt, tasks, List.of()));
    }

    /** The tasks succeed and have written nothing. */
    Decision succeedSilently(WorkerId worker, StageRef stage, int attempt, Ranges tasks) {
        StageReport report =
                new StageReport(
                        stage,
                        1,
                        attempt,
                        Ranges.empty(),
                        tasks,
                        tasks,
                        List.of(),
                        Ranges.empty(),
                        Duration.ofSeconds(1));
        return report(worker, report);
    }

    Decision fail(WorkerId worker, StageRef stage, int attempt, Failure failure, Ranges tasks) {
        List<FailedTasks> failed = List.of(new FailedTasks(failure, tasks));
        return report(worker, stageReport(stage, attempt, Ranges.empty(), failed));
    }

    Decision report(WorkerId worker, StageReport report) {
        long next = sequence.merge(worker, 1L, Long::sum);
        return report(worker, next, report);
    }

    Decision report(WorkerId worker, long number, StageReport report) {
        return handle(
                new SchedulerEvent.WorkerReported(
                        cause(), worker, session.get(worker), number, Report.of(List.of(report))));
    }

    /** A worker has made the copies that it was told to make. */
    Decision copied(SchedulerCommand.Copy order) {
        return copied(order, order.tasks(), Optional.empty());
    }

    /** A worker has made some of the copies that it was told to make, and goes on no more. */
    Decision copied(SchedulerCommand.Copy order, Ranges copied, Optional<CopyTrouble> trouble) {
        CopyReport report =
                new CopyReport(
                        order.copy(), scheduler.epoch(), order.stage(), copied, trouble, true);
        return report(order.worker(), new Report(List.of(), List.of(report), List.of()));
    }

    /** A worker has found outputs damaged. */
    Decision damaged(WorkerId worker, StageRef stage, Ranges tasks) {
        List<HeldOutputs> damaged = List.of(new HeldOutputs(stage, tasks));
        return report(worker, new Report(List.of(), List.of(), damaged));
    }

    private Decision report(WorkerId worker, Report report) {
        long next = sequence.merge(worker, 1L, Long::sum);
        return handle(
                new SchedulerEvent.WorkerReported(
                        cause(), worker, session.get(worker), next, report));
    }

    static StageReport stageReport(
            StageRef stage, int attempt, Ranges succeeded, List<FailedTasks> failed) {
        int ended = succeeded.size() + failed.stream().mapToInt(it -> it.tasks().size()).sum();
        return new StageReport(
                stage,
                1,
                attempt,
                Ranges.empty(),
                succeeded,
                Ranges.empty(),
                failed,
                Ranges.empty(),
                Duration.ofSeconds(ended));
    }

    Decision tick() {
        return tick(Duration.ofMillis(100), false);
    }

    Decision tick(Duration step, boolean stalled) {
        now = now.plus(step);
        return handle(new SchedulerEvent.Tick(cause(), stalled, now));
    }

    /** Lets time pass with the usual ticks; the workers named stay in touch. */
    List<SchedulerCommand> pass(Duration time, WorkerId... alive) {
        List<SchedulerCommand> commands = new ArrayList<>();
        Instant until = now.plus(time);
        while (now.isBefore(until)) {
            for (WorkerId worker : alive) {
                heartbeat(worker, "");
            }
            commands.addAll(tick().commands());
        }
        return commands;
    }

    /** A worker lives, and says why it wants no tasks, if so. */
    Decision heartbeat(WorkerId worker, String shortage) {
        return handle(
                new SchedulerEvent.WorkerHeartbeat(cause(), worker, session.get(worker), shortage));
    }

    // ---- specs

    static StageSpec stage(int taskCount) {
        return stage(taskCount, Resources.cpu(1_000), 1, List.of());
    }

    static StageSpec stage(int taskCount, Resources need, int attemptsMax, List<Integer> after) {
        return new StageSpec(
                "stage",
                taskCount,
                TaskTemplate.command("true"),
                need,
                attemptsMax,
                Optional.empty(),
                after);
    }

    /** Submits a job whose results are to be kept twice, and returns its first stage. */
    StageRef submitTwice(StageSpec... stages) {
        JobSpec one = job(FailurePolicy.KEEP_GOING, stages);
        JobSpec two =
                new JobSpec(
                        one.requestId(),
                        one.name(),
                        one.user(),
                        one.priority(),
                        one.stages(),
                        one.failurePolicy(),
                        one.backupPolicy(),
                        JobSpec.Durability.TWO);
        return new StageRef(accepted(submit(two)), 0);
    }

    JobSpec job(FailurePolicy policy, StageSpec... stages) {
        return job("user", 0, policy, stages);
    }

    JobSpec job(String user, int priority, FailurePolicy policy, StageSpec... stages) {
        return new JobSpec(
                "request-" + ++causes,
                "job",
                user,
                priority,
                List.of(stages),
                policy,
                BackupPolicy.STRAGGLERS,
                JobSpec.Durability.ONE);
    }

    // ---- reading decisions

    static <T extends SchedulerCommand> List<T> all(
            List<SchedulerCommand> commands, Class<T> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <T extends SchedulerCommand> T only(Decision decision, Class<T> kind) {
        List<T> found = all(decision.commands(), kind);
        assertThat(found).as("commands %s", decision.commands()).hasSize(1);
        return found.getFirst();
    }

    /** The grants as text: "a: 0-1 #1". */
    static List<String> grants(Decision decision) {
        return grants(decision.commands());
    }

    static List<String> grants(List<SchedulerCommand> commands) {
        return all(commands, Grant.class).stream()
                .map(it -> "%s: %s #%d".formatted(it.worker(), it.tasks(), it.attempt()))
                .toList();
    }

    List<String> explain(JobId job) {
        return scheduler.view().explain(job, now);
    }

    SchedulerView.JobView view(JobId job) {
        return scheduler.view().job(job).orElseThrow();
    }
}
