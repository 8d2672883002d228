package dev.atoll.client.function;

import java.util.Optional;

/** The task that the current thread runs, as the function itself may see it. */
public interface TaskContext {
    /** The task of this thread; empty where it runs none, as at home or in a thread of its own. */
    static Optional<TaskContext> current() {
        return Optional.ofNullable(CurrentTask.get());
    }

    /** Whether the task's thread runs a task that nobody wants to see done any more. */
    static boolean isCurrentCancelled() {
        return current().map(TaskContext::isCancelled).orElse(false);
    }

    /** The number of the job. */
    long job();

    /** The position of the stage in the job, from 0. */
    int stage();

    /** The index of the item, from 0. */
    int index();

    /** The number of this try, from 1. */
    int attempt();

    /** Greater with each try: for stores that refuse late writers. */
    String fence();

    /** The name of the worker. */
    String worker();

    /**
     * Whether nobody wants to see it done any more. Its thread was interrupted, too. If it goes on
     * for 5 s more its JVM is killed.
     */
    boolean isCancelled();
}
