package dev.atoll.worker.warm;

import com.google.protobuf.MessageLite;

import dev.atoll.proto.warm.v1.Cancel;
import dev.atoll.proto.warm.v1.Stage;
import dev.atoll.proto.warm.v1.Task;
import dev.atoll.proto.warm.v1.ToProgram;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Writes messages to a program, on whatever thread runs it. What comes while a frame is written
 * goes into the next one together. Thread-safe.
 */
final class FrameWriter {
    private static final int FRAME_BYTES_GOOD = 15 << 20;
    private static final int BUFFER_BYTES = 64 << 10;

    private final Queue<Part> waiting = new ArrayDeque<>(); // Guarded by this.
    private boolean closed; // Guarded by this.

    /** Something to be said. */
    private sealed interface Part {
        record NewStage(Stage stage) implements Part {}

        record NewTasks(List<Task> tasks, int size) implements Part {}

        record NewCancel(Cancel cancel) implements Part {}

        record Forgotten(long stageId) implements Part {}
    }

    void stage(Stage stage) {
        add(new Part.NewStage(stage));
    }

    /** Tasks that go into one frame; of 1 MiB together, or only one. */
    void tasks(List<Task> tasks) {
        add(new Part.NewTasks(tasks, tasks.stream().mapToInt(FrameWriter::size).sum()));
    }

    /**
     * @param onlyIfWaiting whether a task that has begun goes on
     */
    void cancel(long callId, boolean onlyIfWaiting) {
        add(
                new Part.NewCancel(
                        Cancel.newBuilder()
                                .setCallId(callId)
                                .setOnlyIfWaiting(onlyIfWaiting)
                                .build()));
    }

    void forget(long stageId) {
        add(new Part.Forgotten(stageId));
    }

    /** What waits is written; then there is no more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private synchronized void add(Part part) {
        if (!closed) {
            waiting.add(part);
            notifyAll();
        }
    }

    /**
     * Writes until there is no more, then closes the stream.
     *
     * @throws IOException if nobody reads
     */
    void run(OutputStream program) throws IOException, InterruptedException {
        try (DataOutputStream frames =
                new DataOutputStream(new BufferedOutputStream(program, BUFFER_BYTES))) {
            ToProgram message = next();
            while (!message.equals(ToProgram.getDefaultInstance())) {
                frames.writeInt(message.getSerializedSize());
                message.writeTo(frames);
                frames.flush();
                message = next();
            }
        }
    }

    /** Waits for something to be said; nothing at the end. */
    private synchronized ToProgram next() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        ToProgram.Builder message = ToProgram.newBuilder();
        int size = 0;
        Part part = waiting.peek();
        while (part != null && (size == 0 || size + size(part) <= FRAME_BYTES_GOOD)) {
            size += size(part);
            switch (waiting.remove()) {
                case Part.NewStage(Stage stage) -> message.addStages(stage);
                case Part.NewTasks(List<Task> tasks, _) -> message.addAllTasks(tasks);
                case Part.NewCancel(Cancel cancel) -> message.addCancels(cancel);
                case Part.Forgotten(long stageId) -> message.addForgottenStageIds(stageId);
            }
            part = waiting.peek();
        }
        return message.build();
    }

    private static int size(Part part) {
        return switch (part) {
            case Part.NewStage(Stage stage) -> size(stage);
            case Part.NewTasks(_, int size) -> size;
            case Part.NewCancel(Cancel cancel) -> size(cancel);
            case Part.Forgotten _ -> Long.BYTES;
        };
    }

    /** With its tag and its length. */
    private static int size(MessageLite message) {
        return message.getSerializedSize() + Long.BYTES;
    }
}
