package dev.atoll.worker.attempt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Standard input from whoever attaches, one after the other: written by a thread of its own, since
 * a program may take its time, or never read at all.
 */
public final class AttachedInput {
    private static final Logger LOG = LoggerFactory.getLogger(AttachedInput.class);

    private final LiveAttempt attempt;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();

    /** Some bytes, or the end; {@code taken} runs when the process has taken them. */
    private record Piece(Optional<byte[]> bytes, Runnable taken) {}

    AttachedInput(LiveAttempt attempt) {
        this.attempt = attempt;
    }

    /**
     * Takes bytes in and returns at once; the caller bounds how many are under way.
     *
     * @param taken runs when the process has taken them, or never will
     */
    public void add(ByteBuffer bytes, Runnable taken) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        add(new Piece(Optional.of(copy), taken));
    }

    /** Ends the input, behind everything that was taken in. */
    public void end() {
        add(new Piece(Optional.empty(), () -> {}));
    }

    private void add(Piece piece) {
        pieces.add(piece);
        if (started.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("attached-input").start(this::run);
        }
    }

    private void run() {
        try {
            attempt.started().join();
            OutputStream input = attempt.input().orElseGet(OutputStream::nullOutputStream);
            // Wakes this thread up when nobody gives it anything any more.
            var _ = attempt.ended().thenRun(this::end);
            boolean open = true;
            while (!attempt.ended().isDone() || !pieces.isEmpty()) {
                Piece piece = pieces.take();
                open = open && write(piece, input);
                piece.taken().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the process may take more. */
    private boolean write(Piece piece, OutputStream input) {
        try {
            if (piece.bytes().isEmpty()) {
                input.close();
                return false;
            }
            input.write(piece.bytes().get());
            return true;
        } catch (IOException e) {
            LOG.debug("{} takes no more input", attempt.key());
            return false;
        }
    }
}
