package dev.atoll.master.api;

import dev.atoll.core.model.StageSpec;
import dev.atoll.proto.job.v1.BackupPolicy;
import dev.atoll.proto.job.v1.Durability;
import dev.atoll.proto.job.v1.FailurePolicy;
import dev.atoll.proto.job.v1.JobSpec;
import dev.atoll.proto.job.v1.ParentTask;
import dev.atoll.proto.job.v1.Shuffle;
import dev.atoll.proto.job.v1.ShuffledInput;
import dev.atoll.proto.job.v1.TaskTemplate;
import dev.atoll.runtime.grpc.FieldChecks;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Holds what a user submits against the limits of the contract, naming every fault. */
final class SpecChecks {
    private static final int SPEC_BYTES_MAX = 512 << 10;
    private static final int NAME_LENGTH_MAX = 128;
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9._@-]{0,63}");
    private static final int PRIORITY_MAX = 1_000;
    private static final int STAGES_MAX = 64;
    private static final int AFTER_MAX = 64;
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z0-9-]{1,63}");
    private static final int ATTEMPTS_MAX = 100;
    private static final Duration TIME_MIN = Duration.ofMillis(1);
    private static final Duration TIME_MAX = Duration.ofDays(365);
    private static final long NANOS_MAX = 999_999_999;

    private final FieldChecks checks;

    /**
     * Checks to be.
     *
     * @param checks where faults are noted
     */
    SpecChecks(FieldChecks checks) {
        this.checks = checks;
    }

    /**
     * Checks a spec.
     *
     * @param field what it is called in its request, such as "spec"
     */
    void check(JobSpec spec, String field) {
        int bytes = spec.getSerializedSize();
        checks.check(bytes <= SPEC_BYTES_MAX, field, bytes + " bytes", "up to 512 KiB in all");
        String name = spec.getName();
        checks.check(
                name.length() <= NAME_LENGTH_MAX && name.chars().noneMatch(Character::isISOControl),
                field + ".name",
                name,
                "up to 128 characters without control characters");
        checks.check(
                USER.matcher(spec.getUser()).matches(),
                field + ".user",
                spec.getUser(),
                "1 to 63 characters of [A-Za-z0-9._@-], or nothing");
        checks.check(
                Math.abs((long) spec.getPriority()) <= PRIORITY_MAX,
                field + ".priority",
                spec.getPriority(),
                "-1,000 to 1,000");
        checks.check(
                spec.getFailurePolicy() != FailurePolicy.UNRECOGNIZED,
                field + ".failure_policy",
                spec.getFailurePolicyValue(),
                "a policy that this master knows");
        checks.check(
                spec.getBackupPolicy() != BackupPolicy.UNRECOGNIZED,
                field + ".backup_policy",
                spec.getBackupPolicyValue(),
                "a policy that this master knows");
        checks.check(
                spec.getDurability() != Durability.UNRECOGNIZED,
                field + ".durability",
                spec.getDurabilityValue(),
                "a durability that this master knows");
        checkAfter(spec, field + ".after");
        if (spec.hasParent()) {
            checkParent(spec.getParent(), field + ".parent");
        }
        if (spec.hasDeadline()) {
            checkTime(spec.getDeadline(), field + ".deadline");
        }
        int stages = spec.getStagesCount();
        checks.check(
                stages >= 1 && stages <= STAGES_MAX,
                field + ".stages",
                stages + " stages",
                "1 to 64 stages");
        checkStages(spec, field);
    }

    private void checkAfter(JobSpec spec, String path) {
        int count = spec.getAfterCount();
        checks.check(count <= AFTER_MAX, path, count + " jobs", "up to 64 jobs");
        for (int i = 0; i < Math.min(count, AFTER_MAX); i++) {
            checks.check(
                    spec.getAfter(i) >= 1,
                    "%s[%d]".formatted(path, i),
                    spec.getAfter(i),
                    "the id of a job, 1 or more");
        }
    }

    private void checkParent(ParentTask parent, String path) {
        checks.check(
                parent.getJobId() >= 1,
                path + ".job_id",
                parent.getJobId(),
                "the id of a job, 1 or more");
        checks.check(parent.getStage() >= 0, path + ".stage", parent.getStage(), "0 or more");
        checks.check(parent.getIndex() >= 0, path + ".index", parent.getIndex(), "0 or more");
    }

    private void checkStages(JobSpec spec, String field) {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < Math.min(spec.getStagesCount(), STAGES_MAX); i++) {
            dev.atoll.proto.job.v1.StageSpec stage = spec.getStages(i);
            String path = "%s.stages[%d]".formatted(field, i);
            String name = stage.getName().isEmpty() ? "stage-" + i : stage.getName();
            Integer other = positions.putIfAbsent(name, i);
            checks.check(
                    other == null,
                    path + ".name",
                    name,
                    "a name of its own: stage %d has it too".formatted(other));
            checkStage(stage, i, path);
            checkPiped(spec, i, path);
            if (stage.getTask().hasGathered()) {
                checkGathered(spec, stage, path + ".task.gathered.stage");
            }
            if (stage.getTask().hasShuffled()) {
                checkShuffled(spec, stage, path + ".task.shuffled");
            }
        }
    }

    /** Whoever writes into a pipe is right before its reader, and both are alone in their stage. */
    private void checkPiped(JobSpec spec, int position, String path) {
        dev.atoll.proto.job.v1.StageSpec stage = spec.getStages(position);
        TaskTemplate task = stage.getTask();
        if (!task.hasPipe() && !task.hasPiped()) {
            return;
        }
        checks.check(
                stage.getTaskCount() == 1 && stage.getDependsOnCount() == 0,
                path + ".task_count",
                "%d tasks, %d dependencies"
                        .formatted(stage.getTaskCount(), stage.getDependsOnCount()),
                "in a pipe, 1 task and no depends_on");
        boolean isWrittenTo =
                stageAt(position - 1, spec).filter(it -> it.getTask().hasPipe()).isPresent();
        checks.check(
                !task.hasPiped() || isWrittenTo,
                path + ".task.piped",
                "nobody writes",
                "a stage right before it that has pipe");
        boolean isRead =
                stageAt(position + 1, spec).filter(it -> it.getTask().hasPiped()).isPresent();
        checks.check(
                !task.hasPipe() || isRead,
                path + ".task.pipe",
                "nobody reads",
                "a stage right behind it that has piped");
    }

    private void checkGathered(JobSpec spec, dev.atoll.proto.job.v1.StageSpec stage, String path) {
        int from = stage.getTask().getGathered().getStage();
        boolean isShuffled =
                stageAt(from, spec).filter(it -> it.getTask().hasShuffle()).isPresent();
        checks.check(
                !isShuffled,
                path,
                from,
                "a stage without shuffle: its outputs are not kept as they are");
    }

    /** The stage at a position; empty if there is none, which is said elsewhere. */
    private static Optional<dev.atoll.proto.job.v1.StageSpec> stageAt(int position, JobSpec spec) {
        return position >= 0 && position < spec.getStagesCount()
                ? Optional.of(spec.getStages(position))
                : Optional.empty();
    }

    /** The same, if another stage depends on it; where it does not, that is said elsewhere. */
    private static Optional<dev.atoll.proto.job.v1.StageSpec> stageBefore(
            dev.atoll.proto.job.v1.StageSpec stage, int position, JobSpec spec) {
        return stageAt(position, spec).filter(_ -> stage.getDependsOnList().contains(position));
    }

    /** A stage that reads records fits to how they are kept. */
    private void checkShuffled(JobSpec spec, dev.atoll.proto.job.v1.StageSpec stage, String path) {
        ShuffledInput input = stage.getTask().getShuffled();
        Optional<dev.atoll.proto.job.v1.StageSpec> from =
                stageBefore(stage, input.getStage(), spec);
        if (from.isEmpty()) {
            return;
        }
        if (input.hasBoundsStage()) {
            stageBefore(stage, input.getBoundsStage(), spec)
                    .map(dev.atoll.proto.job.v1.StageSpec::getTaskCount)
                    .ifPresent(tasks ->
                            checks.check(
                                    tasks == 1,
                                    path + ".bounds_stage",
                                    tasks + " tasks",
                                    "a stage of one task"));
        }
        TaskTemplate source = from.get().getTask();
        if (!source.hasShuffle()) {
            checks.violation(path + ".stage", input.getStage(), "a stage with shuffle");
            return;
        }
        Shuffle shuffle = source.getShuffle();
        switch (input.getPartCase()) {
            case PART_NOT_SET ->
                    checks.check(
                            shuffle.getHashCount() == stage.getTaskCount(),
                            path,
                            "%d tasks for %d partitions by hash"
                                    .formatted(stage.getTaskCount(), shuffle.getHashCount()),
                            "as many tasks as partitions, or bounds_stage or sample");
            case SAMPLE, BOUNDS_STAGE ->
                    checks.check(
                            shuffle.hasRange(),
                            path,
                            "records that are partitioned by hash",
                            "records that are partitioned by range");
        }
    }

    private void checkStage(dev.atoll.proto.job.v1.StageSpec stage, int position, String path) {
        checks.check(
                stage.getName().isEmpty() || STAGE_NAME.matcher(stage.getName()).matches(),
                path + ".name",
                stage.getName(),
                "1 to 63 characters of [a-z0-9-], or nothing");
        checks.check(
                stage.getTaskCount() >= 1 && stage.getTaskCount() <= StageSpec.TASK_COUNT_MAX,
                path + ".task_count",
                stage.getTaskCount(),
                "1 to 10,000,000");
        checks.check(
                stage.getMaxAttempts() >= 0 && stage.getMaxAttempts() <= ATTEMPTS_MAX,
                path + ".max_attempts",
                stage.getMaxAttempts(),
                "1 to 100, or nothing");
        if (stage.hasTimeout()) {
            checkTime(stage.getTimeout(), path + ".timeout");
        }
        for (int k = 0; k < stage.getDependsOnCount(); k++) {
            int dependency = stage.getDependsOn(k);
            checks.check(
                    dependency >= 0 && dependency < position,
                    "%s.depends_on[%d]".formatted(path, k),
                    dependency,
                    "the position of a stage before this one, which is " + position);
        }
        new TemplateChecks(checks).check(stage, path + ".task");
        new ResourceChecks(checks).check(stage.getResources(), path + ".resources");
    }

    private void checkTime(com.google.protobuf.Duration time, String path) {
        boolean inRange = false;
        if (time.getNanos() >= 0
                && time.getNanos() <= NANOS_MAX
                && time.getSeconds() >= 0
                && time.getSeconds() <= TIME_MAX.toSeconds()) {
            Duration value = Duration.ofSeconds(time.getSeconds(), time.getNanos());
            inRange = value.compareTo(TIME_MIN) >= 0 && value.compareTo(TIME_MAX) <= 0;
        }
        checks.check(
                inRange,
                path,
                "%d s and %d ns".formatted(time.getSeconds(), time.getNanos()),
                "1 ms to 365 days");
    }
}
