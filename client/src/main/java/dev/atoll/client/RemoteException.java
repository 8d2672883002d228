package dev.atoll.client;

import dev.atoll.client.function.RemoteFailure;

import org.jspecify.annotations.Nullable;

/**
 * A task has failed for good. Its cause is what the function threw; there is none where the task
 * was killed, ran too long, or never ran.
 */
public final class RemoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final String worker;
    private final int attempt;
    private final String remoteStackTrace;

    private RemoteException(String message, @Nullable Throwable cause, int index, RemoteTry where) {
        super(message, cause);
        this.index = index;
        this.worker = where.worker();
        this.attempt = where.attempt();
        this.remoteStackTrace = where.trace();
    }

    private record RemoteTry(String worker, int attempt, String trace) {}

    static RemoteException of(int index, RemoteFailure failure) {
        String words =
                failure.message().isEmpty()
                        ? failure.type()
                        : failure.type() + ": " + failure.message();
        return new RemoteException(
                "task %d failed on %s, attempt %d: %s"
                        .formatted(index, failure.worker(), failure.attempt(), words),
                failure.cause(),
                index,
                new RemoteTry(failure.worker(), failure.attempt(), failure.trace()));
    }

    /** The task has said nothing of it. */
    static RemoteException of(int index, TaskStatus task) {
        String why =
                task.failure()
                        .map(failure ->
                                failure.detail().isEmpty()
                                        ? failure.kind().toString()
                                        : "%s (%s)".formatted(failure.kind(), failure.detail()))
                        .orElse(task.state().toString());
        return new RemoteException(
                "task %d did not succeed on %s, attempt %d: %s"
                        .formatted(index, task.workerId(), task.attempt(), why),
                null,
                index,
                new RemoteTry(task.workerId(), task.attempt(), ""));
    }

    /** The task never ran to its end. */
    static RemoteException neverRan(int index, String why) {
        return new RemoteException(
                "task %d did not run: %s".formatted(index, why),
                null,
                index,
                new RemoteTry("", 0, ""));
    }

    /** The index of the task, from 0. */
    public int index() {
        return index;
    }

    /** The name of the worker; "" if the task never ran. */
    public String worker() {
        return worker;
    }

    /** Which try it was, from 1; 0 if the task never ran. */
    public int attempt() {
        return attempt;
    }

    /** The stack trace as it was on the worker, with all causes; "" if there was no exception. */
    public String remoteStackTrace() {
        return remoteStackTrace;
    }
}
