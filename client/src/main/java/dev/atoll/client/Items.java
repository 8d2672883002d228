package dev.atoll.client;

import dev.atoll.client.InvalidRequestException.Fault;
import dev.atoll.core.model.StageSpec;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What items must be, checked before anything is sent. */
final class Items {
    private static final int SHOWN_LENGTH_MAX = 60;

    private Items() {}

    /** The value, if it is one that an item may have. */
    static String checked(int index, String value, int bytesMax) {
        if (value.indexOf('\0') >= 0) {
            throw invalid(index, value, "an item holds no NUL");
        }
        if (value.length() > bytesMax / 3
                && value.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw invalid(index, value, "an item has at most %d bytes".formatted(bytesMax));
        }
        return value;
    }

    static InvalidRequestException tooMany(String value) {
        return invalid(
                StageSpec.TASK_COUNT_MAX,
                value,
                "a stage has at most %d items".formatted(StageSpec.TASK_COUNT_MAX));
    }

    static InvalidRequestException tooLarge(int index, int bytes, int bytesMax) {
        return invalid(
                index,
                "%d bytes".formatted(bytes),
                "an item has at most %d bytes".formatted(bytesMax));
    }

    private static InvalidRequestException invalid(int index, String value, String rule) {
        String shown =
                value.length() <= SHOWN_LENGTH_MAX
                        ? value
                        : value.substring(0, SHOWN_LENGTH_MAX) + "...";
        Fault fault = new Fault("items[%d]".formatted(index), "\"%s\": %s".formatted(shown, rule));
        return new InvalidRequestException(
                fault.toString(), List.of(fault), new IllegalArgumentException(rule));
    }
}
