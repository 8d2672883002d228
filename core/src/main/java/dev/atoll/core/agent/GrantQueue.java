package dev.atoll.core.agent;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.BiConsumer;

/** What was granted and has not started, in the order in which it came. */
final class GrantQueue {
    /* Grants of one stage that come in a row are one entry. Another stage's grant between them keeps
     * its place, so that a stage whose supply never ends does not keep all others waiting. */
    private final Deque<Entry> entries = new ArrayDeque<>();
    private int size;

    /** Tasks of one grant; never empty while it is in the queue. */
    record Entry(GrantKey key, RangeSet tasks) {}

    /** Adds those of the tasks that do not wait under this key already. */
    void add(GrantKey key, Ranges tasks) {
        RangeSet fresh = new RangeSet(tasks);
        for (Entry entry : entries) {
            if (entry.key().equals(key)) {
                fresh.removeAll(entry.tasks().toRanges());
            }
        }
        if (fresh.isEmpty()) {
            return;
        }
        size += fresh.size();
        Entry last = entries.peekLast();
        if (last != null && last.key().equals(key)) {
            last.tasks().addAll(fresh.toRanges());
        } else {
            entries.addLast(new Entry(key, fresh));
        }
    }

    int size() {
        return size;
    }

    /** Puts tasks before all others: they had been taken, and were given back. */
    void addFirst(GrantKey key, Ranges tasks) {
        size += tasks.size();
        Entry first = entries.peekFirst();
        if (first != null && first.key().equals(key)) {
            first.tasks().addAll(tasks);
        } else {
            entries.addFirst(new Entry(key, new RangeSet(tasks)));
        }
    }

    /** Offers all tasks to be taken, neighbours together, the oldest grant first. */
    void takeWhile(Taker taker) {
        Iterator<Entry> remaining = entries.iterator();
        boolean goesOn = true;
        while (goesOn && remaining.hasNext()) {
            Entry entry = remaining.next();
            int index = entry.tasks().nextAtOrAfter(0);
            while (goesOn && index >= 0) {
                int end = entry.tasks().nextAbsentAtOrAfter(index);
                switch (taker.offered(entry.key(), index, end)) {
                    case Verdict.Taken(int count) -> {
                        entry.tasks().remove(index, index + count);
                        size -= count;
                        index += count;
                    }
                    case Verdict.Left() -> index++;
                    case Verdict.Enough() -> goesOn = false;
                }
                index = entry.tasks().nextAtOrAfter(index);
            }
            if (entry.tasks().isEmpty()) {
                remaining.remove();
            }
        }
    }

    /** Decides on tasks that wait. */
    interface Taker {
        Verdict offered(GrantKey key, int first, int end);
    }

    /** What becomes of tasks that were offered. */
    sealed interface Verdict {
        /** So many leave the queue, from the first on. */
        record Taken(int count) implements Verdict {}

        /** The first stays, and those behind it may go first. */
        record Left() implements Verdict {}

        /** All stay, and so do those behind them. */
        record Enough() implements Verdict {}
    }

    /** Removes tasks of a stage, whatever their attempt, and hands over what was removed. */
    void remove(StageRef stage, Ranges tasks, BiConsumer<GrantKey, Ranges> removed) {
        entries.removeIf(entry -> {
            if (entry.key().stage().equals(stage)) {
                Ranges gone = entry.tasks().intersection(tasks);
                entry.tasks().removeAll(gone);
                size -= gone.size();
                if (!gone.isEmpty()) {
                    removed.accept(entry.key(), gone);
                }
            }
            return entry.tasks().isEmpty();
        });
    }

    void removeJob(JobId job) {
        entries.removeIf(entry -> {
            boolean isGone = entry.key().stage().job().equals(job);
            if (isGone) {
                size -= entry.tasks().size();
            }
            return isGone;
        });
    }

    void forEach(BiConsumer<GrantKey, Ranges> action) {
        entries.forEach(entry -> action.accept(entry.key(), entry.tasks().toRanges()));
    }
}
