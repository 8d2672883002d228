package dev.atoll.client.function;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What the program says. What comes while a frame is written goes into the next one together.
 * Thread-safe.
 */
final class Answers {
    static final int STDOUT = 1;
    static final int STDERR = 2;

    private static final int PIECE_BYTES = 1 << 20;

    /** A frame has one piece more at most. */
    private static final int FRAME_BYTES_GOOD = 8 << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    /** Fields of FromProgram, one behind the other, behind the room for their length. */
    private MessageBuilder waiting = fresh(); // Guarded by this.

    private MessageBuilder spare = fresh(); // Guarded by this.

    private static MessageBuilder fresh() {
        return new MessageBuilder(BUFFER_BYTES).skip(Integer.BYTES);
    }

    void hello(int protocolVersion, int slots, int ahead) {
        MessageBuilder hello =
                new MessageBuilder().number(1, protocolVersion).number(2, slots).number(3, ahead);
        synchronized (this) {
            waiting.message(1, hello);
            notifyAll();
        }
    }

    /** Some output of a task. */
    void output(TaskCall call, int stream, byte[] data) {
        for (int at = 0; at < data.length; at += PIECE_BYTES) {
            piece(call, stream, data, at, Math.min(PIECE_BYTES, data.length - at));
        }
    }

    private synchronized void piece(TaskCall call, int stream, byte[] data, int from, int length) {
        awaitRoom();
        int size =
                MessageBuilder.numberSize(1, call.callId())
                        + MessageBuilder.bytesSize(2, length)
                        + MessageBuilder.numberSize(3, stream);
        waiting.begin(2, size)
                .number(1, call.callId())
                .bytes(2, data, from, length)
                .number(3, stream);
        notifyAll();
    }

    synchronized void succeeded(TaskCall call) {
        awaitRoom();
        waiting.begin(3, MessageBuilder.numberSize(1, call.callId())).number(1, call.callId());
        notifyAll();
    }

    void failed(TaskCall call, String message) {
        MessageBuilder failure = new MessageBuilder().text(1, message);
        ended(new MessageBuilder().number(1, call.callId()).message(2, failure));
    }

    void notBegun(TaskCall call) {
        ended(new MessageBuilder().number(1, call.callId()).number(3, 1));
    }

    private synchronized void ended(MessageBuilder result) {
        awaitRoom();
        waiting.message(3, result);
        notifyAll();
    }

    private synchronized void awaitRoom() {
        boolean interrupted = false;
        while (waiting.size() > FRAME_BYTES_GOOD) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // What was done is said all the same.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes for ever. */
    void write(OutputStream out) throws IOException, InterruptedException {
        while (true) {
            MessageBuilder frame = next();
            frame.writeLength().writeTo(out);
            out.flush();
            giveBack(frame);
        }
    }

    private synchronized MessageBuilder next() throws InterruptedException {
        while (waiting.size() == Integer.BYTES) {
            wait();
        }
        MessageBuilder frame = waiting;
        waiting = spare;
        notifyAll();
        return frame;
    }

    private synchronized void giveBack(MessageBuilder frame) {
        boolean isSmall = frame.capacity() <= 4 * BUFFER_BYTES;
        spare = isSmall ? frame.clear().skip(Integer.BYTES) : fresh();
    }
}
