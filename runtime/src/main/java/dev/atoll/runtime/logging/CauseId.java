package dev.atoll.runtime.logging;

import io.grpc.Context;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The thread that runs from a request through everything it causes: an id that every call carries,
 * that every log line shows and that an unexpected error names. 1 to 32 characters of [A-Za-z0-9-].
 */
public final class CauseId {
    private static final Context.Key<String> KEY = Context.key("atoll-cause");
    private static final String FORM = "[A-Za-z0-9-]{1,32}";

    private CauseId() {}

    /** Draws a new id. */
    public static String draw() {
        return Integer.toHexString(ThreadLocalRandom.current().nextInt() | Integer.MIN_VALUE);
    }

    /** Whether a text that came from outside can be an id. */
    public static boolean isValid(String text) {
        return text.matches(FORM);
    }

    /** The id of what this thread works on now. */
    public static Optional<String> current() {
        return Optional.ofNullable(KEY.get());
    }

    /** A context in which that id is the current one: {@code CauseId.context(id).run(...)}. */
    public static Context context(String id) {
        return Context.current().withValue(KEY, id);
    }
}
