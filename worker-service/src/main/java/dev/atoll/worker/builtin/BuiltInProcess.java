package dev.atoll.worker.builtin;

import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.RunningProcess;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program that runs in the thread of whoever feeds it, or, where its input is a file, of whoever
 * waits for its end.
 */
final class BuiltInProcess implements RunningProcess {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int FAULT = 1;

    /**
     * CHLD, CONT, URG and WINCH do not end a process that has no handlers; STOP, TSTP, TTIN and
     * TTOU stop one, which means nothing here.
     */
    private static final Set<Integer> HARMLESS = Set.of(17, 18, 19, 20, 21, 22, 23, 28);

    private final String name;
    private final Program program;
    private final Launch.Input input;
    private final Feed feed = new Feed();
    private final ReentrantLock steps = new ReentrantLock();
    private final CompletableFuture<OutputSink> sink = new CompletableFuture<>();
    private final CompletableFuture<ProcessEnd> end = new CompletableFuture<>();

    /** Makes the program. */
    @FunctionalInterface
    interface Making {
        Program make(OutputSink sink) throws BadUsageException;
    }

    /**
     * A program that is ready to run.
     *
     * @throws BadUsageException if it cannot be made
     */
    BuiltInProcess(String name, Making making, Launch.Input input) throws BadUsageException {
        this.name = name;
        this.program = making.make(this::write);
        this.input = input;
    }

    /** Where the output goes is known before the program runs: {@link Feed#run} sees to that. */
    private void write(OutputSink.Stream stream, ByteBuffer bytes) {
        sink.join().accept(stream, bytes);
    }

    @Override
    public long pid() {
        return WITHIN;
    }

    @Override
    public OutputStream input() {
        return feed;
    }

    @Override
    public ProcessEnd await(OutputSink output) throws IOException {
        sink.complete(output);
        switch (input) {
            case Launch.Input.Empty() -> feed.close();
            case Launch.Input.FromFile(Path file) -> feed(file);
            case Launch.Input.Piped() -> {}
        }
        ProcessEnd how = await(end);
        steps.lock(); // After the end no step begins, but one may be under way.
        try {
            return how;
        } finally {
            steps.unlock();
        }
    }

    @Override
    public void signal(int signal) {
        if (!HARMLESS.contains(signal)) {
            end.complete(new ProcessEnd.Signalled(signal));
        }
    }

    private void feed(Path file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                feed) {
            while (channel.read(piece.clear()) >= 0) {
                feed.write(piece.array(), 0, piece.flip().remaining());
            }
        } catch (EndedException _) {
            // How is said by its end.
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails it", e);
        }
    }

    /** Nobody reads the input any more. */
    private static final class EndedException extends IOException {
        EndedException() {
            super("the program has ended");
        }
    }

    /** Standard input. Whoever writes to it runs the program. */
    private final class Feed extends OutputStream {
        private boolean closed;

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            run(it -> it.accept(ByteBuffer.wrap(bytes, offset, length)));
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                run(Program::end);
                end.complete(new ProcessEnd.Exited(0));
            } catch (EndedException _) {
                // Whatever comes is not wanted.
            }
        }

        private void run(Step step) throws IOException {
            OutputSink _ = await(sink);
            steps.lock();
            try {
                runLocked(step);
            } finally {
                steps.unlock();
            }
        }

        private void runLocked(Step step) throws IOException {
            if (end.isDone()) {
                throw new EndedException();
            }
            try {
                step.run(program);
            } catch (IOException | RuntimeException e) {
                byte[] words =
                        "%s: %s%n"
                                .formatted(
                                        name,
                                        e.getMessage() == null ? e.toString() : e.getMessage())
                                .getBytes(StandardCharsets.UTF_8);
                BuiltInProcess.this.write(OutputSink.Stream.STDERR, ByteBuffer.wrap(words));
                end.complete(new ProcessEnd.Exited(FAULT));
                throw new EndedException();
            }
        }
    }

    /** Something that the program does. */
    private interface Step {
        void run(Program program) throws IOException;
    }
}
