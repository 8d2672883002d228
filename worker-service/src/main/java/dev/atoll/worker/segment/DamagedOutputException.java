package dev.atoll.worker.segment;

import java.io.IOException;

/** What is kept of a task is not what the task wrote, or cannot be read. */
public final class DamagedOutputException extends IOException {
    private final int task;
    private final long position;

    /**
     * @param task whose output it is
     * @param position where its record is
     */
    DamagedOutputException(int task, long position, String detail) {
        super("the output of task %d is damaged: %s".formatted(task, detail));
        this.task = task;
        this.position = position;
    }

    /** The task. */
    public int task() {
        return task;
    }

    /** Where in its segment the record is. */
    long position() {
        return position;
    }
}
