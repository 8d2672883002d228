package dev.atoll.worker.item;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.SharedPart;

import java.util.Optional;

/**
 * The item of one task.
 *
 * @param index the task's index
 * @param value what "{}" becomes
 * @param input the blob that goes with the item, where a table says so
 * @param part the part of a file that does so instead
 * @param isLiteral whether texts are taken as they are
 * @param bytes what a warm task is given
 */
public record TaskItem(
        int index,
        String value,
        Optional<BlobRef> input,
        Optional<SharedPart> part,
        boolean isLiteral,
        ByteString bytes) {
    private static final String VALUE = "{}";
    private static final String INDEX = "{#}";

    public TaskItem(int index, String value, Optional<BlobRef> input) {
        this(index, value, input, Optional.empty(), false, ByteString.copyFromUtf8(value));
    }

    /** What a task has that has no item. */
    static TaskItem none(int index) {
        String value = Integer.toString(index);
        return new TaskItem(
                index,
                value,
                Optional.empty(),
                Optional.empty(),
                true,
                ByteString.copyFromUtf8(value));
    }

    /** A text in which every "{}" is the item and every "{#}" the index. */
    public String expand(String text) {
        int open = text.indexOf('{');
        if (open < 0 || isLiteral) {
            return text;
        }
        StringBuilder expanded = new StringBuilder(text.length() + value.length());
        int done = 0;
        while (open >= 0) {
            if (text.startsWith(VALUE, open)) {
                expanded.append(text, done, open).append(value);
                done = open + VALUE.length();
            } else if (text.startsWith(INDEX, open)) {
                expanded.append(text, done, open).append(index);
                done = open + INDEX.length();
            }
            open = text.indexOf('{', Math.max(done, open + 1));
        }
        return expanded.append(text, done, text.length()).toString();
    }
}
