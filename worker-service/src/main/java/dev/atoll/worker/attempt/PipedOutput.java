package dev.atoll.worker.attempt;

import dev.atoll.core.model.Failure;
import dev.atoll.worker.execution.ProcessOutput;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Standard output of an attempt that goes to the task of the next stage while it is written. It is
 * read from the process only as fast as the reader takes it. Thread-safe.
 */
public final class PipedOutput {
    /** Between two looks at whether the other side is still there. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

    private final CompletableFuture<Optional<ProcessOutput>> source = new CompletableFuture<>();
    private final CompletableFuture<Optional<Failure>> ended = new CompletableFuture<>();
    private final CountDownLatch passed = new CountDownLatch(1);
    private Optional<Reader> reader = Optional.empty(); // Guarded by this.

    /** Who reads. */
    public interface Reader {
        /** Takes some bytes; blocks while it has no room. False if it is gone. */
        boolean take(ByteBuffer bytes) throws InterruptedException;

        /** Whether it wants no more. */
        boolean isGone();

        /** There will be no more, and what it has is not all. May be called by any thread. */
        void abort(Failure failure);
    }

    /** Takes the pipe for a reader; false if another one has it. */
    public synchronized boolean take(Reader next) {
        if (reader.isPresent()) {
            return false;
        }
        reader = Optional.of(next);
        return true;
    }

    /**
     * Passes everything on to the reader who has taken the pipe. Returns when all that was written
     * is passed on, the reader is gone or it was aborted. Blocks a platform thread.
     */
    public void pass(Reader to) throws IOException, InterruptedException {
        try {
            Optional<ProcessOutput> output = source.join();
            if (output.isPresent()) {
                try (ProcessOutput open = output.get()) {
                    pass(open, to);
                }
            }
            // Only now is it known whether that was all.
            ended.join().ifPresent(to::abort);
        } finally {
            passed.countDown();
        }
    }

    private static void pass(ProcessOutput output, Reader to)
            throws IOException, InterruptedException {
        boolean isWanted = true;
        while (isWanted && !to.isGone()) {
            ByteBuffer piece = ByteBuffer.allocate(ProcessOutput.PIECE_BYTES);
            int count = output.read(piece, LOOK_INTERVAL);
            if (count < 0) {
                return;
            }
            if (count > 0) {
                isWanted = to.take(piece.flip());
            }
        }
    }

    /** The process runs. */
    void runs(Optional<ProcessOutput> output) {
        source.complete(output);
    }

    /**
     * The process has ended, or never ran: waits until a reader has got everything.
     *
     * @param broken why what was written is not all, if so
     * @param isGivenUp whether nobody is to wait for anybody any more
     * @param isStopped whether no reader is to be waited for that has not come
     */
    void end(Optional<Failure> broken, BooleanSupplier isGivenUp, BooleanSupplier isStopped)
            throws InterruptedException {
        source.complete(Optional.empty());
        ended.complete(broken);
        boolean isOver = false;
        while (!isOver) {
            isOver =
                    isOver(broken.isPresent() || isGivenUp.getAsBoolean(), isStopped)
                            || passed.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
        source.join().ifPresent(ProcessOutput::close);
    }

    private boolean isOver(boolean isBroken, BooleanSupplier isStopped) {
        Optional<Reader> present;
        synchronized (this) {
            present = reader;
        }
        if (passed.getCount() == 0
                || (present.isEmpty() && (isBroken || isStopped.getAsBoolean()))) {
            return true;
        }
        if (isBroken) {
            Failure killed = new Failure(Failure.Kind.SIGNAL, 9, "");
            present.ifPresent(it -> it.abort(ended.join().orElse(killed)));
        }
        return isBroken;
    }
}
