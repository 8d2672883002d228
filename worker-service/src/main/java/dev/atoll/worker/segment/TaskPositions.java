package dev.atoll.worker.segment;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** A position in a file for some tasks of a stage. Not thread-safe. */
final class TaskPositions {
    /* A worker gets ranges of neighbours, so pages of neighbours are nearly full: some 8 bytes per
     * task, and no object. */
    static final long ABSENT = -1;

    private static final int PAGE_SIZE = 1_024;

    private long[] @Nullable [] pages = new long[0][];

    /** The position of a task, or {@link #ABSENT}. */
    long get(int task) {
        int number = task / PAGE_SIZE;
        long[] page = number < pages.length ? pages[number] : null;
        return page == null ? ABSENT : page[task % PAGE_SIZE];
    }

    /** Sets, or replaces, the position of a task. */
    void put(int task, long position) {
        int number = task / PAGE_SIZE;
        if (number >= pages.length) {
            pages = Arrays.copyOf(pages, Math.max(number + 1, pages.length * 2));
        }
        long[] page = pages[number];
        if (page == null) {
            page = new long[PAGE_SIZE];
            Arrays.fill(page, ABSENT);
            pages[number] = page;
        }
        page[task % PAGE_SIZE] = position;
    }

    /** Forgets some tasks. */
    void removeAll(Ranges tasks) {
        for (int k = 0; k < tasks.rangeCount(); k++) {
            int end = Math.min(tasks.end(k), pages.length * PAGE_SIZE);
            for (int task = tasks.first(k); task < end; task++) {
                long[] page = pages[task / PAGE_SIZE];
                if (page != null) {
                    page[task % PAGE_SIZE] = ABSENT;
                }
            }
        }
    }

    /** Forgets every task whose position is not below this. */
    void removeFrom(long position) {
        for (long[] page : pages) {
            if (page != null) {
                for (int i = 0; i < page.length; i++) {
                    page[i] = page[i] >= position ? ABSENT : page[i];
                }
            }
        }
    }

    /** Which tasks have a position. */
    Ranges tasks() {
        RangeSet tasks = new RangeSet();
        int limit = pages.length * PAGE_SIZE;
        int task = 0;
        while (task < limit) {
            int first = task;
            while (task < limit && get(task) != ABSENT) {
                task++;
            }
            if (task > first) {
                tasks.add(first, task);
            } else {
                task++;
            }
        }
        return tasks.toRanges();
    }
}
