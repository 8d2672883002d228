package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Sends tasks to where their inputs are, if that does not take long. */
final class Locality {
    /* A worker with room takes tasks near it first, then those for which nobody is awaited: nobody
     * knows where their input is, or nobody who has it could run them. What remains is near others
     * that are busy just now. It is left to them for a moment, counted from when the worker first went
     * without: once that is over, it takes what is there without waiting each time anew, from the
     * workers that have most before them. So room is never idle for long, and a worker that has none
     * of the blocks works like the others after one wait.
     *
     * Stages further back may have the room meanwhile. */
    /* Many stages may be in the queue at once, and what is known of each takes memory. */
    private static final int TASKS_KNOWN_MAX = 200_000;

    private final State state;
    private final Quarantine quarantine;

    /**
     * Of so many tasks it is known where they should go; counted once in a round, where it matters.
     */
    private OptionalLong known = OptionalLong.empty();

    Locality(State state, Quarantine quarantine) {
        this.state = state;
        this.quarantine = quarantine;
    }

    /** A worker, and the tasks that it may be given; taking from them does no harm. */
    record Place(Worker worker, RangeSet tasks) {}

    /**
     * Has somebody look where the inputs of a stage are, the first time that its tasks may start.
     *
     * @return whether the answer is worth waiting for
     */
    boolean asks(Stage stage, Outbox out) {
        Optional<Items.Table> items = stage.near.unasked();
        if (items.isEmpty()
                || state.limits.localityWait().isZero()
                || !isChoice()
                || !isRoomFor(stage)) {
            return false;
        }
        stage.near.asked(out.now);
        out.send(new SchedulerCommand.LocateInputs(stage.ref, items.get()));
        return true;
    }

    /** All stages are about to be looked at. */
    void beginRound() {
        known = OptionalLong.empty();
    }

    private boolean isRoomFor(Stage stage) {
        long others =
                known.orElseGet(() ->
                        state.active.stream()
                                .flatMap(id -> state.knownJob(id).stages.stream())
                                .mapToLong(it -> it.near.weight())
                                .sum());
        long together = others + stage.spec.taskCount();
        boolean isRoom = together <= TASKS_KNOWN_MAX;
        known = OptionalLong.of(isRoom ? together : others);
        return isRoom;
    }

    private boolean isChoice() {
        return state.workers.values().stream().filter(Worker::isReady).limit(2).count() == 2;
    }

    /** Whether a stage waits to hear where its inputs are. */
    boolean isAsking(Stage stage, Instant now) {
        return stage.near.isAsking(now, state.limits.localityWait());
    }

    /** Where tasks of a stage may go now, of which some are near workers. */
    Optional<Place> find(Stage stage, Vacancies vacancies, Instant now) {
        stage.near.await(awaited(stage, vacancies, now), stage.waiting());
        Optional<Place> near =
                vacancies
                        .best(stage, worker -> !stage.near.near(worker.id).isEmpty())
                        .map(worker -> new Place(worker, stage.near.near(worker.id)));
        if (near.isPresent()) {
            stage.near.found(near.get().worker().id);
            return near;
        }
        Optional<Place> free =
                vacancies
                        .best(stage, worker -> !free(worker, stage, now).isEmpty())
                        .map(worker -> new Place(worker, free(worker, stage, now)));
        if (free.isPresent()) {
            return free;
        }
        return vacancies
                .best(stage, worker -> hasWaited(worker, stage, now))
                .map(worker -> new Place(worker, stage.near.mostCrowded()));
    }

    /* Whoever is lost, drains, wants nothing or is in quarantine may not come to it at all. */
    private List<WorkerId> awaited(Stage stage, Vacancies vacancies, Instant now) {
        return vacancies.ready().stream()
                .filter(worker -> stage.near.workers().contains(worker.id))
                .filter(worker -> worker.slots(stage.spec.need()) > 0)
                .filter(worker -> quarantine.limit(worker, stage, now) == Integer.MAX_VALUE)
                .map(worker -> worker.id)
                .toList();
    }

    private RangeSet free(Worker worker, Stage stage, Instant now) {
        RangeSet free = stage.near.free();
        return free.isEmpty() || stage.failedAt.isEmpty()
                ? free
                : new RangeSet(free.intersection(quarantine.open(worker, stage, now)));
    }

    private boolean hasWaited(Worker worker, Stage stage, Instant now) {
        return stage.near.without(worker.id, now).compareTo(state.limits.localityWait()) >= 0;
    }
}
