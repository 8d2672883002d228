package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.WorkerId;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Knows which jobs have nothing left to do but to wait until their results are safe, for how long,
 * and why.
 */
final class AwaitedResults {
    /* A job that is over is never opened again by itself: what its user then finds missing stays so.
     * So one that has nothing left to do ends when each of its results is as safe as it can be now:
     * somebody is in touch who holds it, and where the job wants a second copy, that is there or
     * there is nobody to hold it. A worker that may be lost is waited for, until it is back or given
     * up: then what only it held is made anew, and what others hold too needs no other than those
     * that are left. */
    private final State state;
    private final Outputs outputs;
    private final CopyNeeds needs;
    private final NavigableSet<JobId> awaiting = new TreeSet<>();
    private boolean isDue;

    AwaitedResults(State state, Outputs outputs, CopyNeeds needs) {
        this.state = state;
        this.outputs = outputs;
        this.needs = needs;
    }

    /** Time has passed, or a worker has come: whoever waits may have waited long enough. */
    void look() {
        isDue = true;
    }

    /** Jobs that may have waited long enough; none until the next {@link #look}. */
    List<JobId> takeDue() {
        if (!isDue) {
            return List.of();
        }
        isDue = false;
        awaiting.removeIf(job -> state.job(job).filter(it -> !it.isEnded()).isEmpty());
        return List.copyOf(awaiting);
    }

    /** Whether a job that has nothing left to do waits until its results are safe. */
    boolean isAwaited(Job job) {
        boolean isAwaited =
                job.stages.stream().anyMatch(stage -> isCopyAwaited(job, stage))
                        || !outputs.outOfReach(job).isEmpty();
        if (isAwaited) {
            awaiting.add(job.id);
        } else {
            awaiting.remove(job.id);
        }
        return isAwaited;
    }

    private boolean isCopyAwaited(Job job, Stage stage) {
        Optional<CopyNeed> found = needs.find(stage.ref);
        if (found.isEmpty()) {
            return false;
        }
        CopyNeed need = found.get();
        return !need.underWay.isEmpty()
                || (!need.waiting.isEmpty() && (job.recovering || canBeCopied(stage, need)));
    }

    /** Whether there is a worker, here or soon, that could hold what waits for its copy. */
    private boolean canBeCopied(Stage stage, CopyNeed need) {
        List<Worker> able = state.workers.values().stream().filter(Worker::mayKeepCopies).toList();
        return able.size() > 1
                || able.stream()
                        .map(worker -> new RangeSet(outputs.live(worker.id, stage)))
                        .anyMatch(held -> !held.absentFrom(need.waiting.toRanges()).isEmpty());
    }

    /**
     * What is wrong with the results of a job that does not wait for copies any more; or nothing.
     */
    Optional<String> shortfall(Job job) {
        int bare = 0;
        String trouble = "";
        for (Stage stage : job.stages) {
            Optional<CopyNeed> need = needs.find(stage.ref).filter(it -> !it.bare.isEmpty());
            if (need.isPresent()) {
                bare += need.get().bare.size();
                trouble = need.get().trouble();
            }
        }
        return bare == 0
                ? Optional.empty()
                : Optional.of("%d outputs have one copy only: %s".formatted(bare, trouble));
    }

    /** What a job waits for when it has nothing left to do, and how far its copies are. */
    List<String> explain(Job job) {
        List<String> sentences = new ArrayList<>();
        if (job.isActive() && job.grantedCount() == 0 && job.isStuck()) {
            explainOutOfReach(job, sentences);
        }
        for (Stage stage : job.stages) {
            needs.find(stage.ref).ifPresent(need -> explain(stage, need, sentences));
        }
        return sentences;
    }

    private void explainOutOfReach(Job job, List<String> sentences) {
        List<String> away = outputs.outOfReach(job).stream().map(WorkerId::value).toList();
        if (!away.isEmpty()) {
            String what =
                    job.stages.stream().allMatch(Stage::isComplete)
                            ? "Every task is done."
                            : "No more tasks can run.";
            sentences.add(
                    ("%s Results are on %s, of which nothing is heard: the job ends when they are"
                                    + " back, or made again elsewhere.")
                            .formatted(what, String.join(", ", away)));
        }
    }

    private void explain(Stage stage, CopyNeed need, List<String> sentences) {
        String trouble =
                need.trouble().isEmpty() ? "" : " The last trouble: %s.".formatted(need.trouble());
        int missing = need.waiting.size() + need.underWay.size();
        if (missing > 0) {
            String why =
                    need.underWay.isEmpty() && !canBeCopied(stage, need)
                            ? "have one copy, because there is no other worker to hold a second"
                            : "wait for their second copy; %d are on their way"
                                    .formatted(need.underWay.size());
            sentences.add(
                    "In %s, %d outputs %s.%s".formatted(stage.spec.name(), missing, why, trouble));
        }
        if (!need.bare.isEmpty()) {
            sentences.add(
                    "In %s, %d outputs have one copy only, after %d tries.%s"
                            .formatted(
                                    stage.spec.name(),
                                    need.bare.size(),
                                    CopyNeed.TRIES_MAX,
                                    trouble));
        }
    }
}
