package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Serializable;

/**
 * What a program is told of a stage: the function, and how its values travel.
 *
 * @param function what is applied to each item
 * @param items how items travel
 * @param results how results travel
 */
public record Invocation<T extends @Nullable Object, R extends @Nullable Object>(
        RemoteFunction<T, R> function, Codec<T> items, Codec<R> results) implements Serializable {
    /** Its bytes. */
    public byte[] toBytes() throws IOException {
        return Codec.<Invocation<T, R>>java().encode(this);
    }

    static Invocation<?, ?> fromBytes(byte[] bytes) throws IOException, ClassNotFoundException {
        return Codec.<Invocation<?, ?>>java().decode(bytes);
    }

    /** From the item's bytes to the result's. */
    byte[] call(byte[] item) throws Exception {
        return results.encode(function.apply(items.decode(item)));
    }
}
