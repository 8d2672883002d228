package dev.atoll.worker.builtin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A record is not what a program can take. */
final class BadRecordException extends IOException {
    private static final int SHOWN_MAX = 80;

    BadRecordException(byte[] bytes, int offset, int length, String wanted) {
        super("the record '%s' has %s".formatted(shown(bytes, offset, length), wanted));
    }

    private static String shown(byte[] bytes, int offset, int length) {
        String text =
                new String(bytes, offset, Math.min(length, SHOWN_MAX), StandardCharsets.UTF_8);
        return length > SHOWN_MAX ? text + "..." : text;
    }
}
