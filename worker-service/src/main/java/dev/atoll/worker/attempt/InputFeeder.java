package dev.atoll.worker.attempt;

import dev.atoll.core.model.Failure;
import dev.atoll.worker.execution.RunningProcess;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Feeds what earlier stages wrote into the standard input of a process. */
public final class InputFeeder {
    private static final Logger LOG = LoggerFactory.getLogger(InputFeeder.class);

    /** The feeding of one process; ends with it. */
    interface Feed extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** The process has closed its input, which is no failure: it wants to know no more. */
    private static final class NotWantedException extends IOException {
        NotWantedException(IOException cause) {
            super(cause);
        }
    }

    /** Feeds a process, if there is something to feed, on a thread of its own. */
    Feed feed(Optional<FedInput> input, RunningProcess process, LiveAttempt attempt) {
        if (input.isEmpty()) {
            return () -> process.input().close();
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("feed-" + process.pid())
                        .start(() -> feed(input.get(), process, attempt, over));
        return () -> {
            over.set(true);
            thread.interrupt();
        };
    }

    /**
     * Feeds all of it.
     *
     * @param over whether the process has ended, and whatever it has not read is of no account
     */
    private static void feed(
            FedInput fed, RunningProcess process, LiveAttempt attempt, AtomicBoolean over) {
        try (OutputStream input = process.input()) {
            try {
                fed.source().read(bytes -> write(input, bytes));
            } catch (NotWantedException e) {
                LOG.debug("{} takes no more input", attempt.key());
            } catch (IOException | RuntimeException | Error e) {
                // Killed before its input is closed: it must not take a part for the whole.
                if (!over.get()) {
                    attempt.giveUp(unavailable(fed, e));
                }
                LOG.debug("cannot feed {}", attempt.key(), e);
            }
        } catch (IOException e) {
            LOG.debug("{} has ended before its input", attempt.key());
        }
    }

    private static Failure unavailable(FedInput fed, Throwable cause) {
        String words = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new Failure(
                Failure.Kind.INPUT_UNAVAILABLE,
                0,
                "%s cannot be had: %s".formatted(fed.name(), words));
    }

    private static void write(OutputStream input, ByteBuffer bytes) throws NotWantedException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try {
            input.write(copy);
        } catch (IOException e) {
            throw new NotWantedException(e);
        }
    }
}
