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
        byStage.computeIfPresent(stage, (ref, need) -> need.isEmpty() ? null : need);
    }

    /** Every stage is worth a look again. */
    void allReady() {
        ready.addAll(byStage.keySet());
    }

    /** What was tried in vain is tried again. */
    void tryAgain() {
        byStage.values().forEach(CopyNeed::tryAgain);
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
    }

    /** Works out anew what a stage needs from what its holders hold. */
    void refresh(Stage stage) {
        if (!isCopied(stage)) {
            return;
        }
        RangeSet single = new RangeSet();
        for (WorkerId id : stage.holders()) {
            single.addAll(outputs.live(id, stage));
        }
        single.removeAll(outputs.heldTwice(stage, single.toRanges()));
        single.removeAll(stage.silent().toRanges());
        if (single.isEmpty() && !byStage.containsKey(stage.ref)) {
            return;
        }
        CopyNeed need = of(stage.ref);
        need.bare.removeAll(single.absentFrom(need.bare.toRanges()));
        single.removeAll(need.underWay.toRanges());
        single.removeAll(need.bare.toRanges());
        need.waiting.clear();
        need.waiting.addAll(single.toRanges());
        ready.add(stage.ref);
    }

    private boolean isCopied(Stage stage) {
        return state.knownJob(stage.ref.job()).isCopied(stage);
    }
}
