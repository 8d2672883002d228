package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gives waiting tasks to workers that have room.
 *
 * <p>A stage comes before another by its job's priority, then by how few processors its user holds,
 * then by how few its job holds, then by age: users share the cluster evenly, and so do the jobs of
 * one user. Where several stages want the same worker each takes a part of its room and they are
 * ordered anew.
 */
final class Dispatcher {
    /* Backlog. A worker that runs tasks of a millisecond each would wait most of its time for the next
     * grant if it got only what it can run at once. So it may hold more of them: as many as keep it
     * busy for the backlog target, going by how long such tasks ran lately. Nothing is known of the
     * first ones, so a stage begins without a backlog; and long tasks never get one, so that they
     * start where a processor is free first. */
    private final State state;

    Dispatcher(State state) {
        this.state = state;
    }

    void dispatch(Outbox out) {
        List<Worker> ready = state.workers.values().stream().filter(Worker::isReady).toList();
        if (ready.isEmpty()) {
            return;
        }
        List<Candidate> candidates = candidates(out.now);
        while (!candidates.isEmpty()) {
            Candidate next = candidates.stream().min(Candidate.ORDER).orElseThrow();
            int granted = place(next, candidates.size(), ready, out);
            if (granted == 0 || next.stage.waiting().isEmpty()) {
                candidates.remove(next);
            }
            next.user.cpuMillis += (long) granted * next.stage.spec.need().cpuMillis();
            next.jobCpuMillis += (long) granted * next.stage.spec.need().cpuMillis();
        }
    }

    /** What a user's jobs hold together. */
    private static final class UserShare {
        long cpuMillis;
    }

    /** A stage that has waiting tasks and may start them. */
    private static final class Candidate {
        static final Comparator<Candidate> ORDER =
                Comparator.<Candidate>comparingInt(it -> -it.job.spec.priority())
                        .thenComparingLong(it -> it.user.cpuMillis)
                        .thenComparingLong(it -> it.jobCpuMillis)
                        .thenComparing(it -> it.stage.ref);

        final Job job;
        final Stage stage;
        final UserShare user;
        long jobCpuMillis;

        Candidate(Job job, Stage stage, UserShare user) {
            this.job = job;
            this.stage = stage;
            this.user = user;
            this.jobCpuMillis = job.grantedCpuMillis();
        }
    }

    private List<Candidate> candidates(Instant now) {
        Map<String, UserShare> users = new TreeMap<>();
        List<Candidate> candidates = new ArrayList<>();
        state.active.forEach(id -> {
            Job job = state.knownJob(id);
            UserShare user = users.computeIfAbsent(job.spec.user(), name -> new UserShare());
            user.cpuMillis += job.grantedCpuMillis();
            for (Stage stage : job.stages) {
                if (obstacle(job, stage, now).isEmpty()) {
                    candidates.add(new Candidate(job, stage, user));
                }
            }
        });
        return candidates;
    }

    /** Why a stage may start none of its tasks now, apart from want of room. */
    Optional<Obstacle> obstacle(Job job, Stage stage, Instant now) {
        if (stage.waiting().isEmpty()) {
            return Optional.of(Obstacle.NOTHING_WAITS);
        }
        if (!job.isActive()) {
            return Optional.of(Obstacle.JOB_STOPPED);
        }
        if (job.recovering) {
            return Optional.of(Obstacle.RECOVERING);
        }
        if (!job.isOpen(stage)) {
            return Optional.of(Obstacle.EARLIER_STAGE);
        }
        return now.isBefore(stage.pausedUntil) ? Optional.of(Obstacle.PAUSED) : Optional.empty();
    }

    /** Why a stage may start none of its tasks. */
    enum Obstacle {
        /** Every task is somewhere else. */
        NOTHING_WAITS,
        /** The job has ended or is being stopped. */
        JOB_STOPPED,
        /** A new leader waits for workers to tell what they run. */
        RECOVERING,
        /** A stage before has not succeeded. */
        EARLIER_STAGE,
        /** Something went wrong a moment ago. */
        PAUSED
    }

    private int place(Candidate candidate, int competitors, List<Worker> ready, Outbox out) {
        Stage stage = candidate.stage;
        Worker best = null;
        int bestRoom = 0;
        for (Worker worker : ready) {
            int room = room(worker, stage);
            if (room > 0 && (best == null || worker.load() < best.load())) {
                best = worker;
                bestRoom = room;
            }
        }
        if (best == null || !(best.link instanceof Worker.Link.Connected connected)) {
            return 0;
        }
        int evenPart = ceilDiv(stage.waiting().size(), ready.size());
        int fairPart = ceilDiv(bestRoom, competitors);
        int count = Math.min(Math.min(evenPart, fairPart), state.limits.grantTasksMax());
        Ranges tasks = stage.waiting().takeFirst(count);
        Assignments.give(best, stage, tasks);
        for (RangeCounter.Group group : stage.attemptsOver.split(tasks)) {
            out.grant(best, connected.session(), stage, group.count() + 1, group.tasks());
        }
        return tasks.size();
    }

    /** How many more tasks of a stage a worker may be given now. */
    int room(Worker worker, Stage stage) {
        Resources need = stage.spec.need();
        int slots = worker.slots(need);
        if (slots == 0) {
            return 0;
        }
        int free = worker.freeSlots(need);
        int backlog = backlogMax(stage, slots) - worker.backlog(need);
        int limit = slots + backlogMax(stage, slots) - stage.grantedCount(worker.id);
        return Math.max(free, Math.min(backlog, limit));
    }

    private int backlogMax(Stage stage, int slots) {
        if (stage.meanRunNanos() == 0) {
            return 0;
        }
        long perSlot = state.limits.backlogTarget().toNanos() / stage.meanRunNanos();
        return (int) Math.min(state.limits.grantTasksMax(), perSlot * slots);
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    // ---- moving a backlog

    private static final Duration REVOCATION_PATIENCE = Duration.ofSeconds(1);

    /**
     * Asks workers to give back tasks that have not started, where nothing of their stage waits any
     * more and another worker could start them at once.
     */
    void rebalance(Outbox out) {
        for (var id : state.active) {
            Job job = state.knownJob(id);
            for (Stage stage : job.stages) {
                if (job.isActive() && stage.grantedCount() > 0 && stage.waiting().isEmpty()) {
                    rebalance(stage, out);
                }
            }
        }
    }

    private void rebalance(Stage stage, Outbox out) {
        int free = 0;
        for (Worker worker : state.workers.values()) {
            if (worker.isReady()) {
                free += worker.freeSlots(stage.spec.need());
            }
        }
        for (Map.Entry<WorkerId, RangeSet> entry : stage.granted().entrySet()) {
            Worker donor = state.workers.get(entry.getKey());
            if (free > 0 && donor != null) {
                free -= revoke(donor, stage, entry.getValue(), free, out);
            }
        }
    }

    private static int revoke(Worker donor, Stage stage, RangeSet granted, int wanted, Outbox out) {
        int backlog = granted.size() - donor.slots(stage.spec.need());
        Instant asked = donor.revoking.get(stage.ref);
        boolean isWaiting =
                asked != null
                        && Duration.between(asked, out.now).compareTo(REVOCATION_PATIENCE) < 0;
        if (backlog <= 0 || isWaiting || !(donor.link instanceof Worker.Link.Connected connected)) {
            return 0;
        }
        int count = Math.min(wanted, backlog);
        RangeSet last = new RangeSet(granted.toRanges());
        last.takeFirst(granted.size() - count);
        donor.revoking.put(stage.ref, out.now);
        out.send(
                new SchedulerCommand.Revoke(
                        donor.id, connected.session(), stage.ref, last.toRanges()));
        return count;
    }
}
