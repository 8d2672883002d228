package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.Durability;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Part;
import dev.atoll.core.scheduler.Fact.Outcome;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One job: its stages, and whether it goes on. */
final class Job {
    final JobId id;
    final JobSpec spec;
    final Instant createdAt;
    final List<Stage> stages;
    final boolean hasPipes;
    private final boolean[] isRead;
    private final boolean[] cutsKeys;
    private Status status = new Status.Active();

    /** Known from the ledger, and not yet from the workers that may still run its tasks. */
    boolean recovering;

    /** Whether a job goes on. */
    sealed interface Status {
        /** Its tasks run when they can. */
        record Active() implements Status {}

        /** What runs is being stopped. */
        record Stopping(Outcome outcome, String reason) implements Status {}

        /** Nothing runs any more. */
        record Ended(Outcome outcome, String reason, Instant at) implements Status {}
    }

    Job(JobId id, JobSpec spec, Instant createdAt) {
        this.id = id;
        this.spec = spec;
        this.createdAt = createdAt;
        List<Stage> made = new ArrayList<>();
        for (int i = 0; i < spec.stages().size(); i++) {
            made.add(new Stage(new StageRef(id, i), spec.stages().get(i)));
        }
        this.stages = List.copyOf(made);
        this.hasPipes = made.stream().anyMatch(Pipes::leads);
        this.isRead = new boolean[made.size()];
        this.cutsKeys = new boolean[made.size()];
        spec.stages()
                .forEach(stage -> {
                    stage.dependsOn().forEach(it -> isRead[it] = true);
                    if (stage.task().input()
                            instanceof Input.Shuffled(int _, Part.Bounded(int bounds))) {
                        cutsKeys[bounds] = true;
                    }
                });
    }

    Status status() {
        return status;
    }

    void status(Status newStatus) {
        status = newStatus;
    }

    boolean isActive() {
        return status instanceof Status.Active;
    }

    boolean isEnded() {
        return status instanceof Status.Ended;
    }

    /** Whether every stage that {@code stage} depends on has succeeded. */
    boolean isOpen(Stage stage) {
        for (int dependency : stage.spec.dependsOn()) {
            if (!stages.get(dependency).isComplete()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether no stage has a task that may still start: each is through, or waits for a failed one.
     */
    boolean isStuck() {
        // A stage depends on stages before it only, so one pass knows of each whether it is
        // blocked.
        boolean[] isBlocked = new boolean[stages.size()];
        for (int i = 0; i < stages.size(); i++) {
            for (int dependency : stages.get(i).spec.dependsOn()) {
                isBlocked[i] |= isBlocked[dependency] || !stages.get(dependency).failed().isEmpty();
            }
            if (!isBlocked[i] && !stages.get(i).waiting().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether it is for the user: no other stage depends on it, or files are to be brought. So is
     * where keys are cut: made again while tasks have read it already, it might be cut elsewhere.
     */
    boolean isResult(Stage stage) {
        int position = stage.ref.stage();
        return !isRead[position] || cutsKeys[position] || !stage.spec.task().outputs().isEmpty();
    }

    /** Whether what a stage writes is to be kept twice. */
    boolean isCopied(Stage stage) {
        return spec.durability() == Durability.TWO && isResult(stage);
    }

    /** Whether somebody may still read what {@code stage} wrote: a later stage, or the user. */
    boolean isOutputNeeded(Stage stage) {
        if (isResult(stage)) {
            return true;
        }
        for (Stage other : stages) {
            if (other.spec.dependsOn().contains(stage.ref.stage()) && !other.isComplete()) {
                return true;
            }
        }
        return false;
    }

    /** Granted tasks; backups are not among them. */
    int grantedCount() {
        int count = 0;
        for (Stage stage : stages) {
            count += stage.grantedCount();
        }
        return count;
    }

    /** Processors that its granted tasks and their backups hold, in thousandths. */
    long grantedCpuMillis() {
        long cpuMillis = 0;
        for (Stage stage : stages) {
            long attempts = (long) stage.grantedCount() + stage.backups().count();
            cpuMillis += attempts * stage.spec.need().cpuMillis();
        }
        return cpuMillis;
    }
}
