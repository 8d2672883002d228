package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.Fact.Outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Which active jobs have a time to end by, by the wall clock of whoever leads. */
final class Deadlines {
    private final NavigableSet<Deadline> all =
            new TreeSet<>(Comparator.comparing(Deadline::at).thenComparing(Deadline::job));

    private record Deadline(Instant at, JobId job) {}

    void add(Job job) {
        of(job).ifPresent(all::add);
    }

    void remove(Job job) {
        of(job).ifPresent(all::remove);
    }

    private static Optional<Deadline> of(Job job) {
        return job.spec.deadline().map(time -> new Deadline(job.createdAt.plus(time), job.id));
    }

    /** Whether a job would have to have ended by now. */
    static boolean isOver(Job job, Instant wallClock) {
        return of(job).filter(it -> !it.at().isAfter(wallClock)).isPresent();
    }

    /** Stops the jobs that have not ended in time. */
    void stopLate(State state, JobEndings endings, Outbox out) {
        while (!all.isEmpty() && !all.first().at().isAfter(out.wallClock)) {
            Job job = state.knownJob(all.removeFirst().job());
            if (job.isActive()) {
                String reason = describe(job) + " has passed";
                endings.stop(job, Outcome.CANCELLED, reason, JobEndings.SIGNAL_DEFAULT, out);
            }
        }
    }

    static String describe(Job job) {
        Duration time = job.spec.deadline().orElseThrow();
        return time.toMillisPart() == 0
                ? "its deadline of %d s".formatted(time.toSeconds())
                : "its deadline of %d ms".formatted(time.toMillis());
    }
}
