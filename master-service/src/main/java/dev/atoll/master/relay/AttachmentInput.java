package dev.atoll.master.relay;

import dev.atoll.master.stream.Inflow;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.Detach;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a client tells its task, on the way up: a thread passes it on to whichever worker runs the
 * task now, as fast as that one reads, and asks the client for more only then.
 */
final class AttachmentInput implements AutoCloseable {
    private static final int HANG_UP_SIGNAL = 1;

    private final Runnable taken;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<AttachTaskRequest> waiting = new ArrayDeque<>();
    private final Thread thread;
    private Optional<Inflow<AttachAttemptRequest, AttachAttemptResponse>> link = Optional.empty();
    private boolean hungUp;
    private boolean detached;

    /**
     * Nothing is told at first.
     *
     * @param taken runs when there is room for one more message
     */
    AttachmentInput(Runnable taken) {
        this.taken = taken;
        this.thread = Thread.ofVirtual().name("attachment-input").start(this::pass);
    }

    /** There is room for one more message. */
    void taken() {
        taken.run();
    }

    /** The client tells something. */
    void add(AttachTaskRequest request) {
        change(() -> {
            waiting.addLast(request);
            detached |= request.hasDetach();
        });
    }

    /** The client is gone; if it has not detached, its task is told so by a signal. */
    void hangUp() {
        change(() -> {
            if (!detached && !hungUp) {
                waiting.clear();
                waiting.addLast(signal());
                waiting.addLast(detach());
            }
            hungUp = true;
        });
    }

    /** From now on, what the client tells goes here. */
    void linked(Inflow<AttachAttemptRequest, AttachAttemptResponse> to) {
        change(() -> link = Optional.of(to));
    }

    /** What the client tells waits until there is a link again. */
    void unlinked() {
        change(() -> link = Optional.empty());
    }

    /** Whether the client is gone. */
    boolean isHungUp() {
        lock.lock();
        try {
            return hungUp;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the client has said that it leaves. */
    boolean isDetached() {
        lock.lock();
        try {
            return detached;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void pass() {
        try {
            while (true) {
                AttachTaskRequest next;
                Inflow<AttachAttemptRequest, AttachAttemptResponse> to;
                lock.lockInterruptibly();
                try {
                    while (waiting.isEmpty() || link.isEmpty()) {
                        changed.await();
                    }
                    next = waiting.getFirst();
                    to = link.get();
                } finally {
                    lock.unlock();
                }
                boolean passed =
                        to.send(AttachAttemptRequest.newBuilder().setRequest(next).build());
                done(next, to, passed);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** A message that was not passed on waits for the next link: this one is over. */
    private void done(
            AttachTaskRequest message,
            Inflow<AttachAttemptRequest, AttachAttemptResponse> to,
            boolean passed) {
        change(() -> {
            if (passed) {
                waiting.remove(message);
            } else if (link.filter(present -> present == to).isPresent()) {
                link = Optional.empty();
            }
        });
        if (passed && message.hasDetach()) {
            to.halfClose();
        } else if (passed) {
            taken.run();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static AttachTaskRequest signal() {
        return AttachTaskRequest.newBuilder().setSignal(HANG_UP_SIGNAL).build();
    }

    private static AttachTaskRequest detach() {
        return AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()).build();
    }
}
