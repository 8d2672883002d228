package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One stage: where each of its tasks stands. Every task is in exactly one of waiting, granted,
 * succeeded and failed.
 */
final class Stage {
    /* Hard state, which changes by facts only: succeeded and failed, by the worker that holds the
     * output, by those that hold copies of it, and which of the succeeded wrote nothing. What a worker
     * holds by this it may have lost since. The rest is soft: it comes back from the workers when a
     * new leader takes over. */
    private static final int FAILURE_GROUPS_MAX = 256;

    final StageRef ref;
    final StageSpec spec;

    private final RangeSet succeeded = new RangeSet();
    private final NavigableMap<WorkerId, RangeSet> succeededBy = new TreeMap<>();
    private final NavigableMap<WorkerId, RangeSet> copiedTo = new TreeMap<>();
    private final RangeSet silent = new RangeSet();
    private final RangeSet failed = new RangeSet();
    private final NavigableMap<FailedKey, RangeSet> failedBy = new TreeMap<>(FailedKey.ORDER);

    private final RangeSet waiting = new RangeSet();
    private final NavigableMap<WorkerId, RangeSet> granted = new TreeMap<>();
    private int grantedCount;

    private final Backups backups = new Backups();

    /** Where attempts have failed; such a task is tried elsewhere if that can be. */
    final FailedAt failedAt = new FailedAt();

    /** Which attempts are known to run; granted ones and backups. */
    final Starts starts = new Starts();

    /** Tasks that somebody asked to stop one by one, and that have not ended since. */
    final RangeSet stopping = new RangeSet();

    /**
     * Attempts that are over without success, whatever ended them: the next one's number less 1.
     */
    final RangeCounter attemptsOver = new RangeCounter();

    /** Attempts that failed by the task's own fault. */
    final RangeCounter failures = new RangeCounter();

    /** Attempts that failed by the cluster's fault. */
    final RangeCounter troubles = new RangeCounter();

    /** No grants before this: something outside the tasks was in trouble. */
    Instant pausedUntil = Instant.MIN;

    /** Which of its waiting tasks have their input where. */
    final NearTasks near;

    /** How long its tasks run. */
    final RunTimes runTimes = new RunTimes();

    /** How tasks failed, and where. */
    record FailedKey(Optional<WorkerId> worker, Failure failure) {
        static final Comparator<FailedKey> ORDER =
                Comparator.<FailedKey, String>comparing(
                                key -> key.worker().map(WorkerId::value).orElse(""))
                        .thenComparing(FailedKey::failure);
    }

    Stage(StageRef ref, StageSpec spec) {
        this.ref = ref;
        this.spec = spec;
        near = new NearTasks(spec);
        waiting.add(0, spec.taskCount());
    }

    // ---- hard state

    void succeed(WorkerId worker, Ranges tasks, Ranges silentOnes) {
        noLongerWaiting(tasks);
        failed.removeAll(tasks);
        stopping.removeAll(tasks);
        failedAt.remove(tasks);
        succeeded.addAll(tasks);
        succeededBy.computeIfAbsent(worker, id -> new RangeSet()).addAll(tasks);
        silent.addAll(silentOnes);
    }

    void copied(WorkerId worker, Ranges tasks) {
        copiedTo.computeIfAbsent(worker, id -> new RangeSet()).addAll(tasks);
    }

    void copiesDropped(WorkerId worker, Ranges tasks) {
        RangeSet copies = copiedTo.getOrDefault(worker, new RangeSet());
        copies.removeAll(tasks);
        copiedTo.values().removeIf(RangeSet::isEmpty);
    }

    void fail(Optional<WorkerId> worker, Failure failure, Ranges tasks) {
        failedAt.remove(tasks);
        noLongerWaiting(tasks);
        failed.addAll(tasks);
        stopping.removeAll(tasks);
        failedBy.computeIfAbsent(new FailedKey(worker, failure), key -> new RangeSet())
                .addAll(tasks);
    }

    /**
     * A failure as it can be recorded: once a stage has failed in very many ways, how is kept and
     * the detail is not, so that a million different details do not become a million entries.
     */
    Failure recordable(Optional<WorkerId> worker, Failure failure) {
        return failedBy.size() < FAILURE_GROUPS_MAX
                        || failedBy.containsKey(new FailedKey(worker, failure))
                ? failure
                : new Failure(failure.kind(), failure.code(), "");
    }

    void reopen(Ranges tasks) {
        attemptsEnded(succeeded.intersection(tasks));
        succeeded.removeAll(tasks);
        silent.removeAll(tasks);
        failed.removeAll(tasks);
        removeFrom(succeededBy, tasks);
        removeFrom(copiedTo, tasks);
        removeFrom(failedBy, tasks);
        failures.set(tasks, 0);
        troubles.set(tasks, 0);
        failedAt.remove(tasks);
        waiting.addAll(tasks);
        near.reopened(tasks);
    }

    private static <K> void removeFrom(NavigableMap<K, RangeSet> sets, Ranges tasks) {
        sets.values().forEach(set -> set.removeAll(tasks));
        sets.values().removeIf(RangeSet::isEmpty);
    }

    boolean isComplete() {
        return succeeded.size() == spec.taskCount();
    }

    RangeSet succeeded() {
        return succeeded;
    }

    /** Those of the succeeded tasks that wrote nothing. */
    RangeSet silent() {
        return silent;
    }

    RangeSet failed() {
        return failed;
    }

    NavigableMap<WorkerId, RangeSet> succeededBy() {
        return Collections.unmodifiableNavigableMap(succeededBy);
    }

    NavigableMap<FailedKey, RangeSet> failedBy() {
        return Collections.unmodifiableNavigableMap(failedBy);
    }

    Ranges succeededOn(WorkerId worker) {
        RangeSet tasks = succeededBy.get(worker);
        return tasks == null ? Ranges.empty() : tasks.toRanges();
    }

    NavigableMap<WorkerId, RangeSet> copiedTo() {
        return Collections.unmodifiableNavigableMap(copiedTo);
    }

    /** Every worker that holds outputs of succeeded tasks, or copies of them. */
    NavigableSet<WorkerId> holders() {
        NavigableSet<WorkerId> holders = new TreeSet<>(succeededBy.keySet());
        holders.addAll(copiedTo.keySet());
        return holders;
    }

    /** The outputs of succeeded tasks, and the copies, that a worker holds. */
    Ranges outputsOn(WorkerId worker) {
        RangeSet copies = copiedTo.get(worker);
        if (copies == null) {
            return succeededOn(worker);
        }
        RangeSet held = new RangeSet(succeededOn(worker));
        held.addAll(copies.toRanges());
        return held.toRanges();
    }

    /** Those of some tasks whose outputs or copies a worker holds. */
    Ranges outputsOn(WorkerId worker, Ranges within) {
        RangeSet held = new RangeSet();
        RangeSet own = succeededBy.get(worker);
        if (own != null) {
            held.addAll(own.intersection(within));
        }
        RangeSet copies = copiedTo.get(worker);
        if (copies != null) {
            held.addAll(copies.intersection(within));
        }
        return held.toRanges();
    }

    // ---- soft state

    RangeSet waiting() {
        return waiting;
    }

    int grantedCount() {
        return grantedCount;
    }

    NavigableMap<WorkerId, RangeSet> granted() {
        return Collections.unmodifiableNavigableMap(granted);
    }

    Ranges grantedTo(WorkerId worker) {
        RangeSet tasks = granted.get(worker);
        return tasks == null ? Ranges.empty() : tasks.toRanges();
    }

    int grantedCount(WorkerId worker) {
        RangeSet tasks = granted.get(worker);
        return tasks == null ? 0 : tasks.size();
    }

    /** The worker that a task was granted to. */
    Optional<WorkerId> holderOf(int index) {
        return granted.entrySet().stream()
                .filter(entry -> entry.getValue().contains(index))
                .map(entry -> entry.getKey())
                .findFirst();
    }

    /** Grants waiting tasks to a worker. Only {@link Assignments} calls this. */
    void grant(WorkerId worker, Ranges tasks) {
        noLongerWaiting(tasks);
        granted.computeIfAbsent(worker, id -> new RangeSet()).addAll(tasks);
        grantedCount += tasks.size();
    }

    /**
     * Takes back those of the tasks that were granted to a worker, and returns them: they are in no
     * set until the caller puts them into one. Only {@link Assignments} calls this.
     */
    Ranges take(WorkerId worker, Ranges tasks) {
        RangeSet held = granted.get(worker);
        if (held == null) {
            return Ranges.empty();
        }
        Ranges taken = held.intersection(tasks);
        held.removeAll(taken);
        grantedCount -= taken.size();
        if (held.isEmpty()) {
            granted.remove(worker);
        }
        starts.ended(worker, taken);
        return taken;
    }

    /** Puts tasks, which are in no set, back among the waiting. */
    void requeue(Ranges tasks) {
        waiting.addAll(tasks);
        near.cameBack(tasks);
    }

    private void noLongerWaiting(Ranges tasks) {
        waiting.removeAll(tasks);
        near.left(tasks);
    }

    /** Attempts of tasks are over, and those tasks are in no set. */
    void attemptsEnded(Ranges tasks) {
        attemptsOver.increment(tasks);
        Ranges skipped = backups.spent().intersection(tasks);
        if (!skipped.isEmpty()) {
            attemptsOver.increment(skipped);
            backups.spent().removeAll(skipped);
        }
    }

    /**
     * An attempt of tasks turns out not to be over. Had it been taken for lost, that was no
     * trouble.
     */
    void attemptGoesOn(Ranges tasks, int attempt) {
        attemptsOver.set(tasks, attempt - 1);
        troubles.set(troubles.atLeast(attempt, tasks), attempt - 1);
    }

    // ---- backups

    Backups backups() {
        return backups;
    }

    /** Gives a worker a second attempt of tasks that others have. Only {@link Assignments} does. */
    void backUp(WorkerId worker, Ranges tasks) {
        backups.add(worker, tasks);
    }

    /**
     * Takes back those of the tasks that a worker has as backups. Only {@link Assignments} does.
     */
    Ranges takeBackups(WorkerId worker, Ranges tasks) {
        Ranges taken = backups.take(worker, tasks);
        starts.ended(worker, taken);
        return taken;
    }

    /**
     * Tasks that are in no set, after their attempts have ended: those that have a backup are
     * granted to its worker from now on. Returns the others.
     */
    Ranges promoteBackups(Ranges tasks) {
        if (backups.count() == 0) {
            return tasks;
        }
        RangeSet others = new RangeSet(tasks);
        for (WorkerId worker : List.copyOf(backups.held().keySet())) {
            Ranges promoted = backups.remove(worker, tasks);
            if (!promoted.isEmpty()) {
                grant(worker, promoted);
                others.removeAll(promoted);
            }
        }
        return others.toRanges();
    }

    /** Backups that were just taken back have succeeded: theirs are the tasks' last attempts. */
    void backupsSucceeded(Ranges tasks) {
        backups.spent().removeAll(tasks);
        attemptsOver.increment(tasks);
    }

    /** Every task of which a worker has an attempt. */
    Ranges heldBy(WorkerId worker) {
        RangeSet tasks = new RangeSet(grantedTo(worker));
        tasks.addAll(backups.heldBy(worker));
        return tasks.toRanges();
    }

    /** Those of the tasks whose backup, if they have one, bears this number. */
    Ranges backupsNumbered(int attempt, Ranges tasks) {
        return backups.count() == 0 ? Ranges.empty() : attemptsOver.equal(attempt - 2, tasks);
    }

    /** Checks that every task is in exactly one set. */
    void validate() {
        int sum = waiting.size() + grantedCount + succeeded.size() + failed.size();
        int byWorker = granted.values().stream().mapToInt(RangeSet::size).sum();
        int successes = succeededBy.values().stream().mapToInt(RangeSet::size).sum();
        int failuresSum = failedBy.values().stream().mapToInt(RangeSet::size).sum();
        if (sum != spec.taskCount()
                || byWorker != grantedCount
                || successes != succeeded.size()
                || failuresSum != failed.size()) {
            throw new IllegalStateException("stage %s of %d tasks: %s".formatted(ref, sum, this));
        }
        RangeSet all = new RangeSet(waiting.toRanges());
        all.addAll(succeeded.toRanges());
        all.addAll(failed.toRanges());
        granted.values().forEach(set -> all.addAll(set.toRanges()));
        if (all.size() != spec.taskCount()) {
            throw new IllegalStateException("stage %s has a task twice: %s".formatted(ref, this));
        }
        copiedTo.forEach((worker, copies) -> {
            if (!succeeded.absentFrom(copies.toRanges()).isEmpty()) {
                throw new IllegalStateException(
                        "stage %s: %s holds copies %s of what is not there: %s"
                                .formatted(ref, worker, copies, this));
            }
        });
        if (!succeeded.absentFrom(silent.toRanges()).isEmpty()) {
            throw new IllegalStateException(
                    "stage %s: tasks %s wrote nothing and have not succeeded: %s"
                            .formatted(ref, silent, this));
        }
        backups.validate(this);
        near.validate(this);
    }

    @Override
    public String toString() {
        return "waiting %s, granted %s, backups %s, succeeded %s, copied to %s, failed %s"
                .formatted(waiting, granted, backups.held(), succeededBy, copiedTo, failedBy);
    }
}
