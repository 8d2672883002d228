package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.function.Supplier;

/**
 * What comes back of a function that threw.
 *
 * @param type the name of the class of what it threw
 * @param message its message; "" if it had none
 * @param trace its stack trace, with all causes, as text
 * @param worker where that was
 * @param attempt which try it was
 * @param thrown itself, serialized; empty if it cannot be
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
public record RemoteFailure(
        String type, String message, String trace, String worker, int attempt, byte[] thrown)
        implements Serializable {
    static RemoteFailure of(Throwable thrown, TaskCall call) {
        String type = thrown.getClass().getName();
        return new RemoteFailure(
                type,
                told(thrown::getMessage, ""),
                told(() -> traceOf(thrown), type),
                call.worker(),
                call.attempt(),
                serialized(thrown));
    }

    private static String traceOf(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /** What something thrown says of itself, which may go wrong. */
    private static String told(Supplier<@Nullable String> words, String otherwise) {
        try {
            String told = words.get();
            return told == null ? otherwise : told;
        } catch (RuntimeException | StackOverflowError _) {
            return otherwise;
        }
    }

    private static byte[] serialized(Throwable thrown) {
        try {
            return Codec.<Throwable>java().encode(thrown);
        } catch (IOException | RuntimeException | StackOverflowError _) {
            return new byte[0]; // Its text has to do.
        }
    }

    byte[] toBytes() throws IOException {
        return Codec.<RemoteFailure>java().encode(this);
    }

    /** Reads one. */
    public static RemoteFailure fromBytes(byte[] bytes) throws IOException, ClassNotFoundException {
        return Codec.<RemoteFailure>java().decode(bytes);
    }

    /** What was thrown; in its place, where it cannot be had here, one that says what it was. */
    public Throwable cause() {
        if (thrown.length > 0) {
            try {
                return Codec.<Throwable>java().decode(thrown);
            } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError _) {
                // Its class is not known here: its text has to do.
            }
        }
        return new UnknownRemoteThrowable(type + ": " + message);
    }

    /** Something was thrown whose class cannot be had here. */
    private static final class UnknownRemoteThrowable extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownRemoteThrowable(String message) {
            super(message, null, false, false);
        }
    }

    @Override
    public String toString() {
        return "%s: %s (%s, attempt %d, %d bytes)"
                .formatted(type, message, worker, attempt, thrown.length);
    }
}
