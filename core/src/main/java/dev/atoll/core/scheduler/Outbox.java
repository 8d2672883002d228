package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Gathers what follows from one event. Facts are applied as they are added. */
final class Outbox {
    final Instant now;
    final Instant wallClock;
    private final State state;
    private final String cause;
    private final List<Fact> facts = new ArrayList<>();
    private final List<SchedulerCommand> commands = new ArrayList<>();
    private final Map<GrantKey, RangeSet> grants = new LinkedHashMap<>();
    private final NavigableSet<JobId> changed = new TreeSet<>();

    private record GrantKey(Worker worker, long session, StageRef stage, int attempt) {}

    Outbox(State state, Instant now, Instant wallClock, String cause) {
        this.state = state;
        this.now = now;
        this.wallClock = wallClock;
        this.cause = cause;
    }

    String cause() {
        return cause;
    }

    void fact(Fact fact) {
        state.apply(fact);
        facts.add(fact);
        if (fact instanceof Fact.OfJob ofJob) {
            changed.add(ofJob.job());
        }
    }

    /** What has been decided so far. */
    List<Fact> facts() {
        return List.copyOf(facts);
    }

    void send(SchedulerCommand command) {
        commands.add(command);
    }

    /** Adds to what the worker is granted by this decision. */
    void grant(Worker worker, long session, Stage stage, int attempt, Ranges tasks) {
        if (worker.introduced.add(stage.ref)) {
            commands.add(new SchedulerCommand.Introduce(worker.id, session, stage.ref, stage.spec));
        }
        grants.computeIfAbsent(
                        new GrantKey(worker, session, stage.ref, attempt), key -> new RangeSet())
                .addAll(tasks);
        changed.add(stage.ref.job());
    }

    /** Tells watchers that the counts of a job have changed, although no fact says so. */
    void changed(JobId job) {
        changed.add(job);
    }

    NavigableSet<JobId> changedJobs() {
        return changed;
    }

    Decision toDecision() {
        grants.forEach((key, tasks) ->
                commands.add(
                        new SchedulerCommand.Grant(
                                key.worker().id,
                                key.session(),
                                key.stage(),
                                key.attempt(),
                                tasks.toRanges())));
        changed.forEach(job -> commands.add(new SchedulerCommand.JobChanged(job)));
        return new Decision(cause, facts, commands);
    }
}
