package dev.atoll.client;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.CloseInput;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last bytes that were written to a task's standard input: sent as fast as the line takes them,
 * and sent again from where the task stands when the line was broken. Thread-safe.
 */
final class InputWindow {
    /* Go back N: bytes have numbers, the task's worker takes only those that are next, and says how
     * many it has whenever a line to it begins. What is in the ring are the last BYTES_MAX bytes
     * written; whoever writes waits while the task has not taken those that would be overwritten. */

    /** An attempt that took no more than this can be given all of it again. */
    static final int BYTES_MAX = 4 << 20;

    private static final int PIECE_BYTES_MAX = 256 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte @Nullable [] ring;
    private long written;
    private long taken;
    private long sent;
    private boolean closed;
    private boolean closeSent;
    private boolean over;
    private boolean lost;

    /** The line by which the task hears; null while it has not said where it stands. */
    private @Nullable Line line;

    /** Where bytes are sent. */
    interface Line {
        /** Whether there is room for a message. */
        boolean isReady();

        /** Sends a message; one that cannot be sent is lost. */
        void send(AttachTaskRequest message);
    }

    /** How many bytes have been written. */
    long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    /** Writes all of it, unless the task is over; waits while there is no room. */
    void write(ByteBuffer data) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (data.hasRemaining() && !over) {
                int room = (int) (taken + BYTES_MAX - written);
                if (room == 0) {
                    changed.await();
                } else {
                    append(data, room);
                    send();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will be written. */
    void close() {
        change(() -> closed = true);
    }

    /** Nobody wants input any more. */
    void end() {
        change(() -> over = true);
    }

    /** There is no line at present. */
    void unlinked() {
        change(() -> line = null);
    }

    /**
     * The task runs and is to be sent what it has not.
     *
     * @param offset how many bytes it has
     */
    void started(Line to, long offset) {
        change(() -> {
            lost |= offset < written - BYTES_MAX;
            line = lost ? null : to;
            taken = Math.min(offset, written);
            sent = taken;
            closeSent = false;
        });
    }

    /** The task has taken so many bytes. */
    void taken(long offset) {
        change(() -> taken = Math.clamp(offset, taken, sent));
    }

    /** There may be room in the line. */
    void resume() {
        change(() -> {});
    }

    /** Whether the task needs what is not kept any more. */
    boolean isLost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
            send();
        } finally {
            lock.unlock();
        }
    }

    private void append(ByteBuffer data, int most) {
        byte[] bytes = ring == null ? new byte[BYTES_MAX] : ring;
        ring = bytes;
        int at = (int) (written % BYTES_MAX);
        int count = Math.min(Math.min(data.remaining(), most), BYTES_MAX - at);
        data.get(bytes, at, count);
        written += count;
    }

    private void send() {
        Line to = line;
        byte[] bytes = ring;
        if (to == null || over) {
            return;
        }
        while (bytes != null && sent < written && to.isReady()) {
            int at = (int) (sent % BYTES_MAX);
            int count = (int) Math.min(PIECE_BYTES_MAX, Math.min(written - sent, BYTES_MAX - at));
            to.send(
                    AttachTaskRequest.newBuilder()
                            .setStdin(ByteString.copyFrom(bytes, at, count))
                            .setInputOffset(sent)
                            .build());
            sent += count;
        }
        if (closed && !closeSent && sent == written) {
            closeSent = true;
            to.send(
                    AttachTaskRequest.newBuilder()
                            .setCloseInput(CloseInput.getDefaultInstance())
                            .setInputOffset(sent)
                            .build());
        }
    }
}
