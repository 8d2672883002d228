package dev.atoll.simulation.workload;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.simulation.world.Dice;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Draws what users do: jobs that the cluster can run, and what becomes of their tasks. */
public final class Workload {
    /* Each of these takes a worker's slot, or the worker, for seconds; with too many of them a small
     * cluster is busy for longer than anybody wants to wait for its jobs' ends. */
    private static final int COSTLY_MAX = 2;

    /** Nobody reads them: what matters is that somebody is asked where the inputs are. */
    private static final TaskTemplate.Items BLOCKS =
            new TaskTemplate.Items.Table(1, List.of(new BlobRef("0".repeat(BlobRef.DIGITS), 1)));

    private final Dice dice;
    private final Fates fates;
    private final List<Resources> offers;
    private final Mix mix;

    /**
     * What kind of work it is.
     *
     * @param jobs how many jobs
     * @param tasksMax the most tasks of a stage
     * @param submitWithin when the last job is submitted
     * @param hasPoison whether tasks may kill their workers
     */
    public record Mix(int jobs, int tasksMax, Duration submitWithin, boolean hasPoison) {}

    /**
     * A source of jobs.
     *
     * @param offers what the workers offer; every task fits one of them
     */
    public Workload(Dice dice, Fates fates, List<Resources> offers, Mix mix) {
        this.dice = dice;
        this.fates = fates;
        this.offers = List.copyOf(offers);
        this.mix = mix;
    }

    /** All jobs. */
    public List<JobPlan> plan() {
        List<JobPlan> plans = new ArrayList<>();
        for (int i = 0; i < mix.jobs(); i++) {
            plans.add(job("request-" + i));
        }
        return plans;
    }

    private JobPlan job(String request) {
        int count = dice.pick(List.of(1, 1, 2, 2, 3));
        List<StageSpec> stages = new ArrayList<>();
        List<List<TaskFate>> fatesByStage = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String program = request + "/" + i;
            List<TaskFate> stageFates = drawFates();
            fates.put(program, stageFates);
            fatesByStage.add(stageFates);
            stages.add(stage(program, i, stageFates));
        }
        JobSpec spec =
                new JobSpec(
                        request,
                        request,
                        dice.pick(List.of("ann", "bob")),
                        dice.pick(List.of(0, 0, 5)),
                        stages,
                        dice.pick(List.of(JobSpec.FailurePolicy.values())),
                        dice.pick(List.of(JobSpec.BackupPolicy.values())),
                        dice.pick(List.of(JobSpec.Durability.values())));
        Duration submitAfter = dice.between(Duration.ZERO, mix.submitWithin());
        Optional<JobPlan.Cancel> cancel = drawCancel(stages, fatesByStage);
        boolean isRetried = dice.chance(0.4) && !hasEndless(fatesByStage);
        return new JobPlan(spec, submitAfter, cancel, isRetried);
    }

    private static boolean hasEndless(List<List<TaskFate>> fatesByStage) {
        return fatesByStage.stream()
                .flatMap(List::stream)
                .anyMatch(it -> it.kind() == TaskFate.Kind.ENDLESS);
    }

    // ---- stages

    private StageSpec stage(String program, int position, List<TaskFate> stageFates) {
        List<Integer> dependsOn = new ArrayList<>();
        for (int i = 0; i < position; i++) {
            if (dice.chance(0.6)) {
                dependsOn.add(i);
            }
        }
        boolean isGathering = !dependsOn.isEmpty() && dice.chance(0.6);
        boolean readsBlocks = !isGathering && stageFates.size() % 2 == 0;
        TaskTemplate.Input input;
        if (isGathering) {
            input = new TaskTemplate.Input.Gathered(dice.pick(dependsOn));
        } else {
            input =
                    readsBlocks
                            ? new TaskTemplate.Input.ItemBlob()
                            : new TaskTemplate.Input.Empty();
        }
        boolean isTimed = dice.chance(0.3);
        return new StageSpec(
                "stage-" + position,
                stageFates.size(),
                new TaskTemplate(
                        List.of(program),
                        Collections.emptySortedMap(),
                        "",
                        readsBlocks ? BLOCKS : new TaskTemplate.Items.Index(),
                        input,
                        1 << 20,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()),
                drawNeed(),
                dice.between(1, 4),
                isTimed ? Optional.of(Duration.ofSeconds(8)) : Optional.empty(),
                dependsOn);
    }

    private Resources drawNeed() {
        Resources offer = dice.pick(offers);
        int cpuMillis = dice.pick(List.of(0, 100, 500, 1_000, 1_000, 1_000, 2_000));
        long memoryBytes = dice.chance(0.4) ? dice.between(0L, offer.memoryBytes() / 2) : 0;
        int gpuCount = dice.chance(0.3) ? Math.min(1, offer.gpuCount()) : 0;
        var labels = dice.chance(0.2) ? offer.labels() : new TreeMap<String, String>();
        return new Resources(Math.min(cpuMillis, offer.cpuMillis()), memoryBytes, gpuCount, labels);
    }

    // ---- fates

    private List<TaskFate> drawFates() {
        Duration runMax =
                dice.pick(
                        List.of(
                                Duration.ofMillis(5),
                                Duration.ofMillis(50),
                                Duration.ofMillis(400),
                                Duration.ofSeconds(3)));
        long affordable = Duration.ofSeconds(25).dividedBy(runMax);
        int tasks = Math.max(1, (int) (mix.tasksMax() * dice.fraction() * dice.fraction()));
        double silence = dice.pick(List.of(0.0, 0.2, 1.0));
        double trouble = dice.pick(List.of(0.0, 0.0, 0.02, 0.2));
        int costlyLeft = COSTLY_MAX;
        List<TaskFate> drawn = new ArrayList<>();
        for (int i = 0; i < Math.min(tasks, affordable); i++) {
            Duration runTime = dice.between(Duration.ofNanos(100_000), runMax);
            boolean isSilent = dice.chance(silence);
            TaskFate fate =
                    dice.chance(trouble)
                            ? drawTrouble(runTime, isSilent)
                            : succeeds(runTime, isSilent);
            boolean isCostly =
                    fate.kind() == TaskFate.Kind.ENDLESS
                            || fate.kind() == TaskFate.Kind.KILLS_WORKER;
            drawn.add(isCostly && costlyLeft-- <= 0 ? succeeds(runTime, isSilent) : fate);
        }
        return drawn;
    }

    private static TaskFate succeeds(Duration runTime, boolean isSilent) {
        return new TaskFate(TaskFate.Kind.SUCCEEDS, runTime, 0, isSilent);
    }

    private TaskFate drawTrouble(Duration runTime, boolean isSilent) {
        TaskFate.Kind kind = dice.pick(List.of(TaskFate.Kind.values()));
        if (kind == TaskFate.Kind.KILLS_WORKER && !mix.hasPoison()) {
            kind = TaskFate.Kind.FLAKY;
        }
        return new TaskFate(kind, runTime, dice.between(1, 3), isSilent);
    }

    // ---- cancellation

    /* What never ends by itself is cancelled by somebody. */
    private Optional<JobPlan.Cancel> drawCancel(
            List<StageSpec> stages, List<List<TaskFate>> fatesByStage) {
        boolean isNeeded = false;
        for (int i = 0; i < stages.size(); i++) {
            isNeeded |=
                    stages.get(i).timeout().isEmpty() && hasEndless(List.of(fatesByStage.get(i)));
        }
        if (!isNeeded && dice.chance(0.8)) {
            return Optional.empty();
        }
        Duration after = dice.between(Duration.ZERO, Duration.ofSeconds(10));
        boolean isWhole = isNeeded || dice.chance(0.5);
        if (isWhole) {
            return Optional.of(new JobPlan.Cancel(after, Optional.empty()));
        }
        int stage = dice.between(0, stages.size() - 1);
        int count = stages.get(stage).taskCount();
        int first = dice.between(0, count - 1);
        Ranges tasks = Ranges.between(first, dice.between(first + 1, count));
        return Optional.of(new JobPlan.Cancel(after, Optional.of(new JobPlan.Part(stage, tasks))));
    }
}
