package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Which attempts of a stage are known to run, on which worker, and since when. Late by nature. */
final class Starts {
    /* Workers do not report the start of a task that ends at once, so there are few entries: no more
     * than a worker has slots. When even that word does not come, because the worker's disk hangs,
     * the time at which it was last heard of says something: whatever it holds is older. */
    private final NavigableMap<WorkerId, OfWorker> byWorker = new TreeMap<>();

    /** Attempts of one worker that were reported as started at the same time. */
    private record Batch(Instant since, RangeSet tasks) {}

    private static final class OfWorker {
        final RangeSet running = new RangeSet();
        final List<Batch> batches = new ArrayList<>();
        Instant news;

        OfWorker(Instant news) {
            this.news = news;
        }
    }

    private OfWorker of(WorkerId worker, Instant now) {
        return byWorker.computeIfAbsent(worker, id -> new OfWorker(now));
    }

    /** Something was given to a worker, or heard of it. */
    void news(WorkerId worker, Instant now) {
        of(worker, now).news = now;
    }

    void started(WorkerId worker, Ranges tasks, Instant now) {
        OfWorker its = of(worker, now);
        Ranges fresh = its.running.absentFrom(tasks);
        if (!fresh.isEmpty()) {
            its.running.addAll(fresh);
            its.batches.add(new Batch(now, new RangeSet(fresh)));
        }
    }

    /** Attempts are over. */
    void ended(WorkerId worker, Ranges tasks) {
        OfWorker its = byWorker.get(worker);
        if (its == null || tasks.isEmpty() || its.running.isEmpty()) {
            return;
        }
        Ranges ended = its.running.intersection(tasks);
        if (ended.isEmpty()) {
            return;
        }
        its.running.removeAll(ended);
        for (Iterator<Batch> batches = its.batches.iterator(); batches.hasNext(); ) {
            RangeSet batch = batches.next().tasks();
            batch.removeAll(ended);
            if (batch.isEmpty()) {
                batches.remove();
            }
        }
    }

    /** Nothing runs any more. */
    void clear() {
        byWorker.clear();
    }

    /** What is known to run on a worker. */
    Ranges on(WorkerId worker) {
        OfWorker its = byWorker.get(worker);
        return its == null ? Ranges.empty() : its.running.toRanges();
    }

    /** Attempts of a worker of which nothing was heard since {@code since}. */
    record Late(WorkerId worker, Ranges tasks, Instant since) {}

    /** Which of the tasks that a worker holds have run, or were not heard of, since a time. */
    List<Late> late(WorkerId worker, RangeSet held, Instant cutoff) {
        OfWorker its = byWorker.get(worker);
        if (its == null) {
            return List.of();
        }
        List<Late> late = new ArrayList<>();
        for (Batch batch : its.batches) {
            if (!batch.since().isAfter(cutoff)) {
                Ranges tasks = held.intersection(batch.tasks().toRanges());
                late.add(new Late(worker, tasks, batch.since()));
            }
        }
        if (!its.news.isAfter(cutoff)) {
            late.add(new Late(worker, its.running.absentFrom(held.toRanges()), its.news));
        }
        late.removeIf(it -> it.tasks().isEmpty());
        return late;
    }
}
