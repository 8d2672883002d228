package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

/** Which task a thread runs. */
final class CurrentTask {
    private static final ThreadLocal<@Nullable TaskCall> TASK = new ThreadLocal<>();

    private CurrentTask() {}

    static @Nullable TaskCall get() {
        return TASK.get();
    }

    static void set(TaskCall task) {
        TASK.set(task);
    }

    static void clear() {
        TASK.remove();
    }
}
