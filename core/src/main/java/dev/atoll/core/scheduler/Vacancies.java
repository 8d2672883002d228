package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which worker has room for which stage, while one decision is made.
 *
 * <p>Brief tasks are granted ahead: a worker that runs tasks of a millisecond each would wait most
 * of its time for the next grant if it got only what it can run at once, so it may hold as many as
 * keep it busy for the backlog target, going by how long such tasks ran lately. Nothing is known of
 * the first ones, so a stage begins without a backlog; and long tasks never get one, so that they
 * start where a processor is free first.
 *
 * <p>A backlog of brief tasks is gone in a moment, so it takes no room from tasks that are not
 * brief: those are granted beside it and start when their turn comes. And what the first of them
 * needs and finds nowhere is kept free on one worker: otherwise smaller tasks would take each piece
 * that becomes free, for ever.
 */
final class Vacancies {
    private final State state;
    private final Quarantine quarantine;
    private final Instant now;
    private final List<Worker> ready;

    /** What tasks that are not brief hold at each worker. */
    private final Map<WorkerId, Load> firm = new TreeMap<>();

    /** Whether it is decided for whom a worker is kept free. */
    private boolean isDecided;

    Vacancies(State state, Quarantine quarantine, Instant now) {
        this.state = state;
        this.quarantine = quarantine;
        this.now = now;
        this.ready = state.workers.values().stream().filter(Worker::isReady).toList();
        ready.forEach(worker -> firm.put(worker.id, new Load()));
        for (JobId id : state.active) {
            for (Stage stage : state.knownJob(id).stages) {
                if (stage.grantedCount() > 0 && !isBrief(stage)) {
                    addFirm(stage, stage.granted());
                }
                // A backup is no brief task: another attempt of it takes long already.
                addFirm(stage, stage.backups().held());
            }
        }
    }

    private void addFirm(Stage stage, Map<WorkerId, RangeSet> held) {
        held.forEach((id, tasks) -> {
            Load load = firm.get(id);
            if (load != null) {
                load.add(stage.spec.need(), tasks.size());
            }
        });
    }

    List<Worker> ready() {
        return ready;
    }

    /**
     * Whether its tasks are so short that a worker may hold more of them than it can run at once.
     */
    boolean isBrief(Stage stage) {
        return backlogPerSlot(stage) > 0;
    }

    private long backlogPerSlot(Stage stage) {
        return stage.runTimes.meanNanos() == 0
                ? 0
                : state.limits.backlogTarget().toNanos() / stage.runTimes.meanNanos();
    }

    /** How many more tasks of a stage a worker may be given now; never negative. */
    int room(Worker worker, Stage stage) {
        Resources need = stage.spec.need();
        int slots = worker.slots(need);
        Load held = firm.get(worker.id);
        int limit = slots == 0 ? 0 : quarantine.limit(worker, stage, now);
        if (limit == 0 || held == null) {
            return 0;
        }
        if (!isBrief(stage)) {
            return isKeptFrom(worker, stage) ? 0 : Math.min(limit, held.roomIn(worker.offer, need));
        }
        int backlogMax =
                (int) Math.min(state.limits.grantTasksMax(), backlogPerSlot(stage) * slots);
        int backlog = backlogMax - worker.backlog(need);
        int share = slots + backlogMax - stage.grantedCount(worker.id);
        return Math.min(limit, Math.max(worker.freeSlots(need), Math.min(backlog, share)));
    }

    private boolean isKeptFrom(Worker worker, Stage stage) {
        return state.keptFree
                .filter(kept -> kept.worker().equals(worker.id) && !kept.stage().equals(stage.ref))
                .filter(kept -> priority(stage.ref) <= priority(kept.stage()))
                .isPresent();
    }

    /** Whether a worker is kept free for a stage. */
    boolean isKeptFor(Stage stage) {
        return state.keptFree.filter(kept -> kept.stage().equals(stage.ref)).isPresent();
    }

    private int priority(StageRef stage) {
        return state.knownJob(stage.job()).spec.priority();
    }

    private boolean isOpen(Worker worker, Stage stage) {
        return room(worker, stage) > 0
                && (stage.failedAt.isEmpty() || !quarantine.open(worker, stage, now).isEmpty());
    }

    /** The least loaded worker that has room for a stage. */
    Optional<Worker> best(Stage stage) {
        Worker best = null;
        for (Worker worker : ready) {
            if ((best == null || worker.load() < best.load()) && isOpen(worker, stage)) {
                best = worker;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The least loaded worker that has room for a stage and is suited; all with room are asked. */
    Optional<Worker> best(Stage stage, Predicate<Worker> isSuited) {
        List<Worker> suited =
                ready.stream().filter(worker -> room(worker, stage) > 0).filter(isSuited).toList();
        return suited.stream().min(Comparator.comparingDouble(Worker::load));
    }

    /**
     * Workers with room for one task of each of some stages at the same time, in the order of the
     * stages, on as many workers as can be; fewer than there are stages if not all have room.
     */
    List<Worker> together(List<Stage> stages) {
        Map<WorkerId, Load> loads = new TreeMap<>();
        firm.forEach((id, load) -> loads.put(id, load.copy()));
        return together(stages, loads);
    }

    /** The same, if nothing ran. */
    List<Worker> togetherIfIdle(List<Stage> stages) {
        Map<WorkerId, Load> loads = new TreeMap<>();
        firm.keySet().forEach(id -> loads.put(id, new Load()));
        return together(stages, loads);
    }

    private List<Worker> together(List<Stage> stages, Map<WorkerId, Load> loads) {
        List<Worker> places = new ArrayList<>();
        for (Stage stage : stages) {
            Worker best = null;
            double bestShare = Double.MAX_VALUE;
            for (Worker worker : ready) {
                Load load = loads.getOrDefault(worker.id, new Load());
                double share = load.shareOf(worker.offer);
                if (share < bestShare && isOpen(worker, stage, places, load)) {
                    best = worker;
                    bestShare = share;
                }
            }
            if (best == null) {
                break;
            }
            places.add(best);
            loads.getOrDefault(best.id, new Load()).add(stage.spec.need(), 1);
        }
        return places;
    }

    private boolean isOpen(Worker worker, Stage stage, List<Worker> places, Load load) {
        int planned = Collections.frequency(places, worker);
        return load.roomIn(worker.offer, stage.spec.need()) > 0
                && quarantine.limit(worker, stage, now) > planned
                && !isKeptFrom(worker, stage);
    }

    /** Takes note that a worker was given tasks. */
    void given(Worker worker, Stage stage, int count) {
        state.keptFree = state.keptFree.filter(kept -> !kept.stage().equals(stage.ref));
        quarantine.given(worker, stage);
        Load held = firm.get(worker.id);
        if (held != null && !isBrief(stage)) {
            held.add(stage.spec.need(), count);
        }
    }

    /**
     * No room was found for a stage. If it is the first of this decision for which there truly is
     * none, one worker is kept free for it from now on, the one where the least stands in its way.
     */
    void keepFreeFor(Stage stage) {
        if (isDecided || isBrief(stage)) {
            return;
        }
        Worker best = null;
        double bestShare = Double.MAX_VALUE;
        for (Worker worker : ready) {
            Load held = firm.get(worker.id);
            boolean isMeant = quarantine.limit(worker, stage, now) == Integer.MAX_VALUE;
            if (isMeant && held != null && worker.slots(stage.spec.need()) > 0) {
                if (held.roomIn(worker.offer, stage.spec.need()) > 0) {
                    // It is kept from there for another stage, which was the first some time ago.
                    return;
                }
                double share = held.shareOf(worker.offer);
                if (share < bestShare) {
                    best = worker;
                    bestShare = share;
                }
            }
        }
        if (best != null) {
            isDecided = true;
            if (!isKeptFor(stage)) {
                state.keptFree = Optional.of(new KeptFree(stage.ref, best.id));
            }
        }
    }

    /** A worker that is kept free of tasks that are not brief, until a stage has got room there. */
    record KeptFree(StageRef stage, WorkerId worker) {}
}
