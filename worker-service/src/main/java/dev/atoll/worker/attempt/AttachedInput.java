package dev.atoll.worker.attempt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * Standard input from whoever attaches, one after the other: written by a thread of its own, since
 * a program may take its time, or never read at all.
 */
public final class AttachedInput {
    private static final Logger LOG = LoggerFactory.getLogger(AttachedInput.class);

    private final LiveAttempt attempt;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private long accepted; // Guarded by this.

    /** Some bytes, or the end; {@code taken} runs when the process has taken them. */
    private record Piece(Optional<byte[]> bytes, Runnable taken) {}

    AttachedInput(LiveAttempt attempt) {
        this.attempt = attempt;
    }

    /** How many bytes were taken in. */
    public synchronized long accepted() {
        return accepted;
    }

    /**
     * Takes in what is new among some bytes and returns at once; the caller bounds how many are
     * under way.
     *
     * @param offset how many bytes came before; empty: these follow what was taken in
     * @param taken hears, when the process has taken them or never will, how many it has then
     * @return false if none is new, or there is a gap before them
     */
    public synchronized boolean add(OptionalLong offset, ByteBuffer bytes, LongConsumer taken) {
        long known = accepted - offset.orElse(accepted);
        if (known < 0 || (known > 0 && known >= bytes.remaining())) {
            return false;
        }
        byte[] fresh = new byte[bytes.remaining() - (int) known];
        bytes.position(bytes.position() + (int) known).get(fresh);
        accepted += fresh.length;
        long end = accepted;
        add(new Piece(Optional.of(fresh), () -> taken.accept(end)));
        return true;
    }

    /**
     * Ends the input, behind everything that was taken in.
     *
     * @param offset how many bytes came before; empty: those that were taken in. It does not end
     *     before they have all come.
     */
    public synchronized void end(OptionalLong offset) {
        if (offset.orElse(accepted) == accepted) {
            end();
        }
    }

    private void end() {
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
