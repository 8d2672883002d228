package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The program that workers keep: takes functions and items over its standard input, and answers on
 * its standard output (the contract atoll.warm.v1). What functions print goes to the standard error
 * of their task.
 */
public final class FunctionProgram {
    private static final int PROTOCOL_VERSION = 1;
    private static final int FRAME_BYTES_MAX = 16 << 20;
    private static final int STREAM_BUFFER_BYTES = 64 << 10;
    private static final int BROKEN = 70;

    /** How many tasks may wait for each slot. */
    private static final int AHEAD = 512;

    private static final int AHEAD_MAX = 1 << 16;

    private final Answers answers = new Answers();
    private final Map<Long, Stage> stages = new ConcurrentHashMap<>();
    private final Map<Long, TaskCall> calls = new ConcurrentHashMap<>();
    private final String worker = System.getenv().getOrDefault("ATOLL_WORKER", "");
    private final int slots;
    private final ExecutorService threads;

    private FunctionProgram(int slots) {
        this.slots = slots;
        this.threads =
                Executors.newFixedThreadPool(
                        slots, Thread.ofPlatform().daemon().name("task-", 0).factory());
    }

    /**
     * Runs until its input ends.
     *
     * @param arguments how many tasks it runs at once
     */
    public static void main(String[] arguments) throws IOException {
        new FunctionProgram(Integer.parseInt(arguments[0])).run();
        System.exit(0);
    }

    private void run() throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        PrintStream printed =
                new PrintStream(new TaskOutput(answers, err), true, StandardCharsets.UTF_8);
        System.setOut(printed);
        System.setErr(printed);
        System.setIn(new ByteArrayInputStream(new byte[0]));
        Thread.ofPlatform().daemon().name("answers").start(() -> write(out));
        answers.hello(PROTOCOL_VERSION, slots, Math.min(AHEAD_MAX, slots * AHEAD));
        DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(
                                new FileInputStream(FileDescriptor.in), STREAM_BUFFER_BYTES));
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException _) {
                return;
            }
            if (length < 0 || length > FRAME_BYTES_MAX) {
                throw new IOException("a frame of %d bytes".formatted(length));
            }
            byte[] frame = new byte[length];
            in.readFully(frame);
            take(new FieldReader(frame));
        }
    }

    private void write(OutputStream out) {
        try {
            answers.write(out);
        } catch (Throwable _) {
            Runtime.getRuntime().halt(BROKEN); // Nobody hears this program any more.
        }
    }

    private void take(FieldReader message) throws IOException {
        while (message.next()) {
            switch (message.number()) {
                case 1 -> {
                    Stage stage = Stage.read(message.message());
                    stages.put(stage.id, stage);
                }
                case 2 -> {
                    TaskCall call = TaskCall.read(message.message(), worker);
                    calls.put(call.callId(), call);
                    threads.execute(() -> runOrBreak(call));
                }
                case 3 -> cancel(message.message());
                case 4 -> {
                    FieldReader ids = message.message();
                    while (ids.hasMore()) {
                        stages.remove(ids.nextPacked());
                    }
                }
                default -> message.skip();
            }
        }
    }

    private void cancel(FieldReader message) throws IOException {
        long callId = 0;
        boolean onlyIfWaiting = false;
        while (message.next()) {
            switch (message.number()) {
                case 1 -> callId = message.value();
                case 2 -> onlyIfWaiting = message.value() != 0;
                default -> message.skip();
            }
        }
        TaskCall call = calls.get(callId);
        if (call != null && call.cancel(onlyIfWaiting)) {
            calls.remove(callId);
            answers.notBegun(call);
        }
    }

    /** Without a word of its end a task would run for ever. */
    private void runOrBreak(TaskCall call) {
        try {
            run(call);
        } catch (Throwable _) {
            Runtime.getRuntime().halt(BROKEN);
        }
    }

    private void run(TaskCall call) {
        if (!call.begins()) {
            return;
        }
        byte[] output = {};
        String failure = "";
        try {
            Stage stage = stages.get(call.stageId());
            if (stage == null) {
                throw new IllegalStateException("stage %d is not known".formatted(call.stageId()));
            }
            output = new TaskPayload(false, stage.invocation().call(call.item())).toBytes();
        } catch (Throwable thrown) { // Whatever it is, it is the task's.
            failure = thrown.getClass().getName();
            output = failed(thrown, call);
        } finally {
            call.ends();
            calls.remove(call.callId());
        }
        answers.output(call, Answers.STDOUT, output);
        if (failure.isEmpty()) {
            answers.succeeded(call);
        } else {
            answers.failed(call, failure);
        }
    }

    private byte[] failed(Throwable thrown, TaskCall call) {
        RemoteFailure failure = RemoteFailure.of(thrown, call);
        answers.output(call, Answers.STDERR, failure.trace().getBytes(StandardCharsets.UTF_8));
        try {
            return new TaskPayload(true, failure.toBytes()).toBytes();
        } catch (IOException e) {
            throw new IllegalStateException("texts cannot be serialized", e);
        }
    }

    /**
     * A stage; its function is made when the first task wants it, so that a task fails, and not
     * all.
     */
    private static final class Stage {
        private long id;
        private byte[] setup = {};
        private volatile @Nullable Invocation<?, ?> invocation;

        static Stage read(FieldReader fields) throws IOException {
            Stage stage = new Stage();
            while (fields.next()) {
                switch (fields.number()) {
                    case 1 -> stage.id = fields.value();
                    case 2 -> stage.setup = fields.bytes();
                    default -> fields.skip();
                }
            }
            return stage;
        }

        Invocation<?, ?> invocation() throws IOException, ClassNotFoundException {
            Invocation<?, ?> known = invocation;
            if (known == null) {
                known = Invocation.fromBytes(setup);
                invocation = known;
            }
            return known;
        }
    }
}
