package dev.atoll.simulation.worker;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.simulation.workload.Output;
import dev.atoll.simulation.world.Dice;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.TreeMap;

/** A worker's disk: one segment per stage, each a log of outputs written and dropped. */
final class Disk {
    /* A crash of the machine takes the end of each log that was not synced, or a part of it. The
     * first output of a task counts until it is dropped. */
    private final Map<StageRef, Segment> segments = new TreeMap<>();

    private sealed interface Entry {
        record Written(int index, Output output) implements Entry {}

        record Dropped(Ranges tasks) implements Entry {}
    }

    private static final class Segment {
        final List<Entry> entries = new ArrayList<>();
        int synced;
        boolean isRemoved;
    }

    void write(StageRef stage, int index, Output output) {
        Segment segment = segment(stage);
        if (!live(segment).containsKey(index)) {
            segment.entries.add(new Entry.Written(index, output));
        }
    }

    void drop(StageRef stage, Ranges tasks) {
        segment(stage).entries.add(new Entry.Dropped(tasks));
    }

    private Segment segment(StageRef stage) {
        Segment segment = segments.computeIfAbsent(stage, ref -> new Segment());
        if (segment.isRemoved) {
            segment = new Segment();
            segments.put(stage, segment);
        }
        return segment;
    }

    /** Removes everything of a job; until the next sync a crash may undo it. */
    void dropJob(JobId job) {
        segments.forEach((stage, segment) -> {
            if (stage.job().equals(job)) {
                segment.isRemoved = true;
            }
        });
    }

    /** How much has been written; what was written by then is durable after {@link #synced}. */
    Map<StageRef, Integer> position() {
        Map<StageRef, Integer> position = new TreeMap<>();
        segments.forEach((stage, segment) -> position.put(stage, segment.entries.size()));
        return position;
    }

    /** Everything up to a position is durable. */
    void synced(Map<StageRef, Integer> position) {
        segments.values().removeIf(segment -> segment.isRemoved);
        position.forEach((stage, length) -> {
            Segment segment = segments.get(stage);
            if (segment != null) {
                int there = Math.min(length, segment.entries.size());
                segment.synced = Math.max(segment.synced, there);
            }
        });
    }

    /** What was written up to a position and not made durable is gone; what was dropped is too. */
    void syncFailed(Map<StageRef, Integer> position) {
        position.forEach((stage, length) -> {
            Segment segment = segments.get(stage);
            if (segment != null) {
                int there = Math.min(length, segment.entries.size());
                segment.entries
                        .subList(Math.min(segment.synced, there), there)
                        .removeIf(entry -> entry instanceof Entry.Written);
            }
        });
    }

    /** The machine loses its power. */
    void losePower(Dice dice) {
        for (Segment segment : segments.values()) {
            int left = dice.between(segment.synced, segment.entries.size());
            segment.entries.subList(left, segment.entries.size()).clear();
            segment.isRemoved &= dice.chance(0.5);
        }
    }

    /** What is there after a start is durable from then on. */
    void recover() {
        segments.values().removeIf(segment -> segment.isRemoved);
        segments.values().forEach(segment -> segment.synced = segment.entries.size());
    }

    void wipe() {
        segments.clear();
    }

    /** What a task wrote, if it is here. */
    Optional<Output> read(StageRef stage, int index) {
        Segment segment = segments.get(stage);
        return segment == null || segment.isRemoved
                ? Optional.empty()
                : Optional.ofNullable(live(segment).get(index));
    }

    /** The tasks of which outputs are here. */
    Map<StageRef, Ranges> held() {
        Map<StageRef, Ranges> held = new TreeMap<>();
        segments.forEach((stage, segment) -> {
            RangeSet tasks = new RangeSet();
            live(segment).keySet().forEach(index -> tasks.add(index, index + 1));
            if (!segment.isRemoved && !tasks.isEmpty()) {
                held.put(stage, tasks.toRanges());
            }
        });
        return held;
    }

    private static Map<Integer, Output> live(Segment segment) {
        Map<Integer, Output> live = new TreeMap<>();
        for (Entry entry : segment.entries) {
            switch (entry) {
                case Entry.Written(int index, Output output) -> live.put(index, output);
                case Entry.Dropped(Ranges tasks) -> {
                    PrimitiveIterator.OfInt indexes = tasks.indexes();
                    while (indexes.hasNext()) {
                        live.remove(indexes.nextInt());
                    }
                }
            }
        }
        return live;
    }
}
