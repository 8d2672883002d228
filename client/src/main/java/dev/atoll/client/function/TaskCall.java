package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** One task that a program was given. */
final class TaskCall implements TaskContext {
    private long callId;
    private long stageId;
    private long job;
    private int stage;
    private int index;
    private int attempt;
    private String fence = "";
    private byte[] item = {};
    private final String worker;
    private boolean begun; // Guarded by this.
    private boolean cancelled; // Guarded by this.
    private @Nullable Thread thread; // Guarded by this.

    private TaskCall(String worker) {
        this.worker = worker;
    }

    /** Reads the contract's Task. */
    static TaskCall read(FieldReader fields, String worker) throws IOException {
        TaskCall call = new TaskCall(worker);
        while (fields.next()) {
            switch (fields.number()) {
                case 1 -> call.callId = fields.value();
                case 2 -> call.stageId = fields.value();
                case 3 -> call.job = fields.value();
                case 4 -> call.index = (int) fields.value();
                case 5 -> call.attempt = (int) fields.value();
                case 6 -> call.fence = fields.text();
                case 7 -> call.item = fields.bytes();
                case 8 -> call.stage = (int) fields.value();
                default -> fields.skip();
            }
        }
        return call;
    }

    long callId() {
        return callId;
    }

    long stageId() {
        return stageId;
    }

    byte[] item() {
        return item;
    }

    @Override
    public long job() {
        return job;
    }

    @Override
    public int stage() {
        return stage;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public String fence() {
        return fence;
    }

    @Override
    public String worker() {
        return worker;
    }

    @Override
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /**
     * The current thread begins it.
     *
     * @return false if it was cancelled before
     */
    synchronized boolean begins() {
        if (cancelled) {
            return false;
        }
        begun = true;
        thread = Thread.currentThread();
        CurrentTask.set(this);
        return true;
    }

    /** It is over: an interruption that comes now would hit the next one. */
    synchronized void ends() {
        thread = null;
        CurrentTask.clear();
        boolean _ = Thread.interrupted();
    }

    /**
     * Nobody wants to see it done any more.
     *
     * @param onlyIfWaiting whether it goes on if it has begun
     * @return whether it has not begun, and will not
     */
    synchronized boolean cancel(boolean onlyIfWaiting) {
        if (begun && onlyIfWaiting) {
            return false;
        }
        boolean isFirst = !cancelled;
        cancelled = true;
        if (thread != null) {
            thread.interrupt();
        }
        return !begun && isFirst;
    }
}
