package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which results still need a second copy, and which of them may be copied now. */
final class CopyNeeds {
    private final State state;
    private final Outputs outputs;
    private final NavigableMap<StageRef, CopyNeed> byStage = new TreeMap<>();

    /** Stages that are worth a look: something of them may be copied now. */
    private final NavigableSet<StageRef> ready = new TreeSet<>();

    /** Stages of which something may be copied when somebody has rested. */
    private final NavigableSet<StageRef> resting = new TreeSet<>();

    /** Stages of which something may be copied when somebody has less to do. */
    private final NavigableSet<StageRef> inLine = new TreeSet<>();

    CopyNeeds(State state, Outputs outputs) {
        this.state = state;
        this.outputs = outputs;
    }

    /** What a stage needs; perhaps nothing. */
    CopyNeed of(StageRef stage) {
        return byStage.computeIfAbsent(stage, ref -> new CopyNeed());
    }

    /** What a stage needs, if anything. */
    Optional<CopyNeed> find(StageRef stage) {
        return Optional.ofNullable(byStage.get(stage));
    }

    /** Stages that are worth a look; a copy. */
    List<StageRef> ready() {
        return List.copyOf(ready);
    }

    /** There is nothing to be done for a stage until something changes. */
    void settled(StageRef stage) {
        ready.remove(stage);
        resting.remove(stage);
        inLine.remove(stage);
        byStage.computeIfPresent(stage, (ref, need) -> need.isEmpty() ? null : need);
    }

    /** A stage is not looked at until {@link #rested}, unless something of it changes. */
    void rests(StageRef stage) {
        ready.remove(stage);
        resting.add(stage);
    }

    /** A stage is not looked at until {@link #roomMade}, unless something of it changes. */
    void inLine(StageRef stage) {
        ready.remove(stage);
        inLine.add(stage);
    }

    /** Time has passed. */
    void rested() {
        ready.addAll(resting);
        resting.clear();
    }

    /** Somebody has less to do; so many of those in line are worth a look, the oldest first. */
    void roomMade(int count) {
        for (int i = 0; i < count && !inLine.isEmpty(); i++) {
            ready.add(inLine.removeFirst());
        }
    }

    /** Every stage is worth a look again. */
    void allReady() {
        ready.addAll(byStage.keySet());
    }

    /** A worker has come: it has not had trouble yet, and what was tried in vain is tried again. */
    void tryAgain(WorkerId worker) {
        byStage.values().forEach(need -> need.tryAgain(worker));
        allReady();
    }

    void succeeded(Fact.TasksSucceeded fact) {
        Ranges tasks = new RangeSet(fact.silent()).absentFrom(fact.tasks());
        boolean isCopied = state.stage(fact.stage()).filter(this::isCopied).isPresent();
        if (isCopied && !tasks.isEmpty()) {
            of(fact.stage()).waiting.addAll(tasks);
            ready.add(fact.stage());
        }
    }

    void forget(JobId job) {
        byStage.keySet().removeIf(stage -> stage.job().equals(job));
        ready.removeIf(stage -> stage.job().equals(job));
        resting.removeIf(stage -> stage.job().equals(job));
        inLine.removeIf(stage -> stage.job().equals(job));
    }

    /** Works out anew what a stage needs from what its holders hold. */
    void refresh(Stage stage) {
        refresh(stage, Ranges.between(0, stage.spec.taskCount()));
    }

    /** The same for some tasks of it, whose holders may have changed. */
    void refresh(Stage stage, Ranges tasks) {
        if (!isCopied(stage)) {
            return;
        }
        RangeSet single = new RangeSet();
        for (WorkerId id : stage.holders()) {
            single.addAll(outputs.live(id, stage, tasks));
        }
        single.removeAll(outputs.heldTwice(stage, single.toRanges()));
        single.removeAll(stage.silent().toRanges());
        if (single.isEmpty() && !byStage.containsKey(stage.ref)) {
            return;
        }
        CopyNeed need = of(stage.ref);
        need.bare.removeAll(single.absentFrom(need.bare.intersection(tasks)));
        single.removeAll(need.underWay.intersection(single.toRanges()));
        single.removeAll(need.bare.intersection(single.toRanges()));
        need.waiting.removeAll(tasks);
        need.waiting.addAll(single.toRanges());
        ready.add(stage.ref);
    }

    private boolean isCopied(Stage stage) {
        return state.knownJob(stage.ref.job()).isCopied(stage);
    }
}
