package dev.atoll.master.relay;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.FailedGroup;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Some neighbouring tasks, and for each of them: who holds its output, or why nobody does. */
final class OutputWindow {
    /** The most indexes that a window spans. */
    static final int SPAN_MAX = 4_096;

    /** The most workers whose outputs are merged at a time. */
    static final int WORKERS_MAX = 32;

    /** It is not wanted. */
    private static final int UNWANTED = -1;

    /** It is wanted and has not finished. */
    private static final int PENDING = -2;

    /** It has ended without an output that is wanted. */
    private static final int WITHOUT = -3;

    /** It has succeeded and wrote nothing. */
    private static final int SILENT = -4;

    private final int first;
    private final int[] holders;
    private final List<WorkerId> workers = new ArrayList<>();

    private OutputWindow(int first, int span) {
        this.first = first;
        this.holders = new int[span];
        Arrays.fill(holders, UNWANTED);
    }

    /**
     * A window that begins with the first index that is wanted.
     *
     * @param wanted not empty at or after {@code from}
     * @param places of the chunk that the index is in
     */
    static OutputWindow at(int from, RangeSet wanted, OutputPlaces places, boolean withFailed) {
        int first = wanted.nextAtOrAfter(from);
        int chunkEnd = (first / PROGRESS_CHUNK_SIZE + 1) * PROGRESS_CHUNK_SIZE;
        OutputWindow window = new OutputWindow(first, Math.min(SPAN_MAX, chunkEnd - first));
        Ranges all = Ranges.between(first, first + window.holders.length);
        window.fill(wanted.intersection(all), PENDING);
        window.fill(places.silent(), SILENT);
        places.holders().forEach(holder -> window.held(holder.worker(), holder.tasks()));
        for (FailedGroup group : places.failed()) {
            Optional<WorkerId> worker = group.worker().filter(_ -> withFailed);
            worker.ifPresentOrElse(
                    id -> window.held(id, group.tasks()),
                    () -> window.fill(group.tasks(), WITHOUT));
        }
        return window;
    }

    /** The first index. */
    int first() {
        return first;
    }

    /** The index after the last. */
    int end() {
        return first + holders.length;
    }

    /**
     * The indexes whose outputs can be read now, by those who hold them.
     *
     * @param upToPending only those before the first that is pending
     */
    Plan readable(boolean upToPending) {
        List<RangeSet> parts = new ArrayList<>();
        workers.forEach(_ -> parts.add(new RangeSet()));
        RangeSet over = new RangeSet();
        RangeSet read = new RangeSet();
        RangeSet silent = new RangeSet();
        for (int i = 0; i < holders.length; i++) {
            int holder = holders[i];
            if (holder == PENDING && upToPending) {
                break;
            } else if (holder == WITHOUT) {
                over.add(first + i, first + i + 1);
            } else if (holder == SILENT) {
                silent.add(first + i, first + i + 1);
                read.add(first + i, first + i + 1);
            } else if (holder >= 0 && holder < WORKERS_MAX) {
                parts.get(holder).add(first + i, first + i + 1);
                read.add(first + i, first + i + 1);
            } else if (holder >= WORKERS_MAX && upToPending) {
                break;
            }
        }
        List<Part> held = new ArrayList<>();
        for (int k = 0; k < parts.size(); k++) {
            if (!parts.get(k).isEmpty()) {
                held.add(new Part(workers.get(k), parts.get(k).toRanges()));
            }
        }
        return new Plan(held, read.toRanges(), silent.toRanges(), over.toRanges());
    }

    /** The indexes that have not finished. */
    Ranges pending() {
        RangeSet pending = new RangeSet();
        for (int i = 0; i < holders.length; i++) {
            if (holders[i] == PENDING) {
                pending.add(first + i, first + i + 1);
            }
        }
        return pending.toRanges();
    }

    /** What one worker holds of a window. */
    record Part(WorkerId worker, Ranges tasks) {}

    /**
     * What can be read now.
     *
     * @param parts by worker
     * @param tasks all of them, and the silent
     * @param silent tasks that wrote nothing
     * @param without tasks that have ended and of which nothing is wanted
     */
    record Plan(List<Part> parts, Ranges tasks, Ranges silent, Ranges without) {}

    private void held(WorkerId worker, Ranges tasks) {
        int known = workers.indexOf(worker);
        if (known >= 0) {
            fill(tasks, known);
        } else if (fill(tasks, workers.size())) {
            workers.add(worker);
        }
    }

    /** Notes what is known of those tasks that are wanted; false if none of them is. */
    private boolean fill(Ranges tasks, int value) {
        boolean filled = false;
        for (int k = 0; k < tasks.rangeCount(); k++) {
            int from = Math.max(tasks.first(k), first);
            int to = Math.min(tasks.end(k), end());
            for (int i = from - first; i < to - first; i++) {
                if (holders[i] == PENDING || value == PENDING) {
                    holders[i] = value;
                    filled = true;
                }
            }
        }
        return filled;
    }
}
