package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.Fact.Outcome;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Holds jobs back until those that they come after have succeeded. */
final class EarlierJobs {
    /* Nothing of this is a state of its own: what a job waits for is in its spec, and how that went is
     * in the status of those jobs. So there is nothing to lose with a leader. A job that others wait for
     * is not forgotten while they do. One that is forgotten all the same, because whoever waited for
     * it had ended and is tried again, holds nobody up. */
    private final State state;

    EarlierJobs(State state) {
        this.state = state;
    }

    /** A job that must succeed before this one may start. */
    Optional<Job> awaited(Job job) {
        if (job.spec.after().isEmpty()) {
            return Optional.empty();
        }
        return job.spec.after().stream()
                .flatMap(id -> state.job(id).stream())
                .filter(earlier -> !hasEnded(earlier, Outcome.SUCCEEDED))
                .findFirst();
    }

    /** The jobs that some active job comes after. */
    Set<JobId> needed() {
        Set<JobId> needed = new TreeSet<>();
        state.following.forEach(id -> needed.addAll(state.knownJob(id).spec.after()));
        return needed;
    }

    /**
     * Stops the jobs whose earlier jobs have not succeeded.
     *
     * @return whether there was one
     */
    boolean stopFollowers(JobEndings endings, Outbox out) {
        boolean stopped = false;
        for (JobId id : List.copyOf(state.following)) {
            Job job = state.knownJob(id);
            Optional<Job> failed =
                    job.isActive() ? awaited(job).filter(Job::isEnded) : Optional.empty();
            if (failed.isPresent()) {
                endings.stop(
                        job, Outcome.FAILED, reason(failed.get()), JobEndings.SIGNAL_DEFAULT, out);
                stopped = true;
            }
        }
        return stopped;
    }

    private static String reason(Job earlier) {
        return "job %s, which must succeed first, %s"
                .formatted(
                        earlier.id,
                        hasEnded(earlier, Outcome.CANCELLED) ? "was cancelled" : "failed");
    }

    private static boolean hasEnded(Job job, Outcome outcome) {
        return job.status() instanceof Job.Status.Ended ended && ended.outcome() == outcome;
    }
}
