package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.Fact.Outcome;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends the jobs that tasks have submitted when the jobs of those tasks are cancelled or fail. */
final class ChildJobs {
    /* As with jobs that come after others, nothing of this is a state of its own: whose child a job is
     * stands in its spec, and how its parent went in that one's status. So an end that a leader has
     * recorded of the parent only reaches the children with the next one, which looks at all of them
     * once. Otherwise those are looked at that something has happened to, or to their parents. A parent
     * that has been forgotten had succeeded, or had its children stopped before. */
    private final State state;
    private boolean hasLooked;

    ChildJobs(State state) {
        this.state = state;
    }

    /**
     * Stops the children of jobs that have not gone well.
     *
     * @return whether there was one
     */
    boolean stopAbandoned(JobEndings endings, Outbox out) {
        List<JobId> due =
                hasLooked
                        ? out.changedJobs().stream().flatMap(this::concernedBy).distinct().toList()
                        : List.copyOf(state.children);
        hasLooked = true;
        boolean stopped = false;
        for (JobId id : due) {
            Job job = state.knownJob(id);
            Optional<String> reason = job.isActive() ? trouble(job) : Optional.empty();
            if (reason.isPresent()) {
                endings.stop(job, Outcome.CANCELLED, reason.get(), JobEndings.SIGNAL_DEFAULT, out);
                stopped = true;
            }
        }
        return stopped;
    }

    private Stream<JobId> concernedBy(JobId changed) {
        Optional<Job> job = state.job(changed);
        Stream<JobId> itself = Stream.of(changed).filter(state.children::contains);
        if (job.filter(it -> badEnd(it).isPresent()).isEmpty()) {
            return itself;
        }
        return Stream.concat(
                itself, state.children.stream().filter(id -> parentOf(id).equals(job)));
    }

    private Optional<Job> parentOf(JobId child) {
        return state.knownJob(child).spec.parent().flatMap(task -> state.job(task.stage().job()));
    }

    private Optional<String> trouble(Job child) {
        return parentOf(child.id)
                .flatMap(parent ->
                        badEnd(parent)
                                .map(outcome ->
                                        "job %s, a task of which has submitted it, %s"
                                                .formatted(parent.id, word(outcome))));
    }

    private static Optional<Outcome> badEnd(Job job) {
        Optional<Outcome> outcome =
                switch (job.status()) {
                    case Job.Status.Active _ -> Optional.empty();
                    case Job.Status.Stopping stopping -> Optional.of(stopping.outcome());
                    case Job.Status.Ended ended -> Optional.of(ended.outcome());
                };
        return outcome.filter(it -> it != Outcome.SUCCEEDED);
    }

    private static String word(Outcome outcome) {
        return outcome == Outcome.CANCELLED ? "was cancelled" : "failed";
    }
}
