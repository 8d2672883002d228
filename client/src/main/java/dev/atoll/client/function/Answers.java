package dev.atoll.client.function;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What the program says. What comes while a frame is written goes into the next one together.
 * Thread-safe.
 */
final class Answers {
    static final int STDOUT = 1;
    static final int STDERR = 2;

    private static final int PIECE_BYTES = 1 << 20;
    private static final int FRAME_BYTES_GOOD = 8 << 20;
    private static final int WAITING_BYTES_MAX = 32 << 20;

    /** Fields of FromProgram, as they are written one behind the other. */
    private final Queue<byte[]> waiting = new ArrayDeque<>(); // Guarded by this.

    private long waitingBytes; // Guarded by this.

    void hello(int protocolVersion, int slots) {
        add(
                new MessageBuilder()
                        .message(
                                1,
                                new MessageBuilder().number(1, protocolVersion).number(2, slots)));
    }

    /** Some output of a task. */
    void output(TaskCall call, int stream, byte[] data) {
        for (int at = 0; at < data.length; at += PIECE_BYTES) {
            add(
                    new MessageBuilder()
                            .message(
                                    2,
                                    new MessageBuilder()
                                            .number(1, call.callId())
                                            .bytes(
                                                    2,
                                                    data,
                                                    at,
                                                    Math.min(PIECE_BYTES, data.length - at))
                                            .number(3, stream)));
        }
    }

    void succeeded(TaskCall call) {
        add(new MessageBuilder().message(3, new MessageBuilder().number(1, call.callId())));
    }

    void failed(TaskCall call, String message) {
        add(
                new MessageBuilder()
                        .message(
                                3,
                                new MessageBuilder()
                                        .number(1, call.callId())
                                        .message(2, new MessageBuilder().text(1, message))));
    }

    private synchronized void add(MessageBuilder fields) {
        boolean interrupted = false;
        while (waitingBytes > WAITING_BYTES_MAX) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // What was done is said all the same.
            }
        }
        byte[] bytes = fields.build();
        waiting.add(bytes);
        waitingBytes += bytes.length;
        notifyAll();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes for ever. */
    void write(OutputStream out) throws IOException, InterruptedException {
        while (true) {
            out.write(frame());
            out.flush();
        }
    }

    private synchronized byte[] frame() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        int length = 0;
        int count = 0;
        for (byte[] next : waiting) {
            if (count > 0 && length + next.length > FRAME_BYTES_GOOD) {
                break;
            }
            length += next.length;
            count++;
        }
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
        for (int i = 0; i < count; i++) {
            frame.put(waiting.remove());
        }
        waitingBytes -= length;
        notifyAll();
        return frame.array();
    }
}
