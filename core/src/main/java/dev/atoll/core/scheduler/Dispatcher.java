package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
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
    private final State state;
    private final Quarantine quarantine;
    private final EarlierJobs earlier;
    private final Locality locality;

    Dispatcher(State state, Quarantine quarantine, EarlierJobs earlier, Locality locality) {
        this.state = state;
        this.quarantine = quarantine;
        this.earlier = earlier;
        this.locality = locality;
    }

    void dispatch(Outbox out) {
        state.keptFree = state.keptFree.filter(kept -> isStillWanted(kept, out.now));
        PriorityQueue<Candidate> candidates = candidates(out);
        if (candidates.isEmpty()) {
            return;
        }
        Vacancies vacancies = new Vacancies(state, quarantine, out.now);
        // What got no room leaves none for others that need the same: there may be thousands.
        Set<Resources> refused = new LinkedHashSet<>();
        Candidate next;
        while ((next = candidates.poll()) != null) {
            if (next.hasMoved()) {
                candidates.add(next.placed());
                continue;
            }
            Stage stage = next.stage;
            boolean isRefused = refused.contains(stage.spec.need());
            if (isRefused && !vacancies.isBrief(stage) && !vacancies.isKeptFor(stage)) {
                continue;
            }
            if (Pipes.leads(stage)) {
                placePipe(next, vacancies, out);
                continue;
            }
            int granted = place(next, candidates.size() + 1, vacancies, out);
            if (granted == 0 && isLeftToOthers(stage, vacancies)) {
                continue;
            }
            if (granted == 0) {
                vacancies.keepFreeFor(stage);
                if (!vacancies.isBrief(stage) && stage.failedAt.isEmpty()) {
                    refused.add(stage.spec.need());
                }
            } else if (!stage.waiting().isEmpty()) {
                candidates.add(next.placed());
            }
        }
    }

    private boolean isStillWanted(Vacancies.KeptFree kept, Instant now) {
        Worker worker = state.workers.get(kept.worker());
        return worker != null
                && worker.isReady()
                && worker.conduct.isTrusted()
                && state.stage(kept.stage())
                        .filter(stage -> worker.slots(stage.spec.need()) > 0)
                        .map(stage -> obstacle(state.knownJob(kept.stage().job()), stage, now))
                        .filter(Optional::isEmpty)
                        .isPresent();
    }

    /** What a user's jobs hold together. */
    private static final class UserShare {
        long cpuMillis;
    }

    /** A stage that has waiting tasks and may start them. */
    private static final class Candidate {
        /* By the place that it had when it was put in the queue. What users and jobs hold only grows
         * while tasks are granted, so a candidate can only have moved back since. */
        static final Comparator<Candidate> ORDER =
                Comparator.<Candidate>comparingInt(it -> -it.job.spec.priority())
                        .thenComparingLong(it -> it.placedUserCpuMillis)
                        .thenComparingLong(it -> it.placedJobCpuMillis)
                        .thenComparing(it -> it.stage.ref);

        final Job job;
        final Stage stage;
        final UserShare user;
        private long jobCpuMillis;
        private long placedUserCpuMillis;
        private long placedJobCpuMillis;

        Candidate(Job job, Stage stage, UserShare user) {
            this.job = job;
            this.stage = stage;
            this.user = user;
            this.jobCpuMillis = job.grantedCpuMillis();
        }

        boolean hasMoved() {
            return placedUserCpuMillis != user.cpuMillis;
        }

        Candidate placed() {
            placedUserCpuMillis = user.cpuMillis;
            placedJobCpuMillis = jobCpuMillis;
            return this;
        }

        void given(Resources need, int count) {
            long cpuMillis = (long) count * need.cpuMillis();
            user.cpuMillis += cpuMillis;
            jobCpuMillis += cpuMillis;
        }
    }

    private PriorityQueue<Candidate> candidates(Outbox out) {
        Map<String, UserShare> users = new TreeMap<>();
        List<Candidate> candidates = new ArrayList<>();
        locality.beginRound();
        state.active.forEach(id -> {
            Job job = state.knownJob(id);
            UserShare user = users.computeIfAbsent(job.spec.user(), name -> new UserShare());
            user.cpuMillis += job.grantedCpuMillis();
            for (Stage stage : job.stages) {
                if (!Pipes.follows(stage)
                        && obstacle(job, stage, out.now).isEmpty()
                        && !locality.asks(stage, out)) {
                    candidates.add(new Candidate(job, stage, user));
                }
            }
        });
        PriorityQueue<Candidate> queue =
                new PriorityQueue<>(Math.max(1, candidates.size()), Candidate.ORDER);
        candidates.forEach(candidate -> queue.add(candidate.placed()));
        return queue;
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
        if (earlier.awaited(job).isPresent()) {
            return Optional.of(Obstacle.EARLIER_JOB);
        }
        if (!job.isOpen(stage)) {
            return Optional.of(Obstacle.EARLIER_STAGE);
        }
        if (now.isBefore(stage.pausedUntil)) {
            return Optional.of(Obstacle.PAUSED);
        }
        return locality.isAsking(stage, now)
                ? Optional.of(Obstacle.INPUTS_SOUGHT)
                : Optional.empty();
    }

    /** Why a stage may start none of its tasks. */
    enum Obstacle {
        /** Every task is somewhere else. */
        NOTHING_WAITS,
        /** The job has ended or is being stopped. */
        JOB_STOPPED,
        /** A new leader waits for workers to tell what they run. */
        RECOVERING,
        /** A job that must succeed first has not. */
        EARLIER_JOB,
        /** A stage before has not succeeded. */
        EARLIER_STAGE,
        /** Something went wrong a moment ago. */
        PAUSED,
        /** Somebody looks where its inputs are. */
        INPUTS_SOUGHT
    }

    /** The job that a job waits for, if it waits for one. */
    Optional<Job> awaited(Job job) {
        return earlier.awaited(job);
    }

    /** Stages that may start tasks and have found no room for them. */
    List<Stage> wanting(Instant now) {
        List<Stage> wanting = new ArrayList<>();
        for (JobId id : state.active) {
            Job job = state.knownJob(id);
            for (Stage stage : job.stages) {
                if (obstacle(job, stage, now).isEmpty()) {
                    wanting.add(stage);
                }
            }
        }
        return wanting;
    }

    private int place(Candidate candidate, int competitors, Vacancies vacancies, Outbox out) {
        Stage stage = candidate.stage;
        Locality.Place place =
                (stage.near.isEmpty()
                                ? anywhere(stage, vacancies, out.now)
                                : locality.find(stage, vacancies, out.now))
                        .orElse(null);
        if (place == null) {
            return 0;
        }
        int evenPart = ceilDiv(stage.waiting().size(), vacancies.ready().size());
        int fairPart = ceilDiv(vacancies.room(place.worker(), stage), competitors);
        int count = Math.min(Math.min(evenPart, fairPart), state.limits.grantTasksMax());
        Ranges tasks = place.tasks().takeFirst(count);
        give(candidate, stage, place.worker(), tasks, vacancies, out);
        return tasks.size();
    }

    private Optional<Locality.Place> anywhere(Stage stage, Vacancies vacancies, Instant now) {
        return vacancies
                .best(stage)
                .map(best ->
                        new Locality.Place(
                                best,
                                stage.failedAt.isEmpty()
                                        ? stage.waiting()
                                        : new RangeSet(quarantine.open(best, stage, now))));
    }

    /** Whether there is room for a stage that is kept from its tasks for a moment. */
    private static boolean isLeftToOthers(Stage stage, Vacancies vacancies) {
        return !stage.near.isEmpty() && vacancies.best(stage).isPresent();
    }

    /** All tasks of a pipe, or none. */
    private void placePipe(Candidate candidate, Vacancies vacancies, Outbox out) {
        List<Stage> stages = Pipes.around(candidate.job, candidate.stage);
        List<Worker> places = vacancies.together(stages);
        if (places.size() == stages.size()) {
            for (int i = 0; i < stages.size(); i++) {
                give(candidate, stages.get(i), places.get(i), Ranges.of(0), vacancies, out);
            }
        }
    }

    private static void give(
            Candidate candidate,
            Stage stage,
            Worker worker,
            Ranges tasks,
            Vacancies vacancies,
            Outbox out) {
        if (!(worker.link instanceof Worker.Link.Connected connected)) {
            throw new IllegalStateException("worker %s is not here".formatted(worker.id));
        }
        Assignments.give(worker, stage, tasks);
        vacancies.given(worker, stage, tasks.size());
        candidate.given(stage.spec.need(), tasks.size());
        stage.starts.news(worker.id, out.now);
        for (RangeCounter.Group group : stage.attemptsOver.split(tasks)) {
            out.grant(worker, connected.session(), stage, group.count() + 1, group.tasks());
        }
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
            if (worker.isReady() && worker.conduct.isTrusted()) {
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
