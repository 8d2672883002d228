package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Serializable;

/**
 * Turns values into bytes and back, here and on the workers: it travels like a function.
 *
 * @param <T> the values
 */
public interface Codec<T extends @Nullable Object> extends Serializable {
    /** The bytes of a value. */
    byte[] encode(T value) throws IOException;

    /** The value of these bytes. */
    T decode(byte[] bytes) throws IOException, ClassNotFoundException;

    /** The serialization of Java: for records, and whatever else is {@link Serializable}. */
    static <T extends @Nullable Object> Codec<T> java() {
        return new JavaCodec<>();
    }
}
