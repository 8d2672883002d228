package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Java's own serialization, but for the values that are most common. Classes are found by the
 * loader of the thread.
 */
record JavaCodec<T extends @Nullable Object>() implements Codec<T> {
    /* A stream of Java's costs some microseconds in each direction, which is more than all the rest of
     * a short call. It begins with 0xac; these are other first bytes. */
    private static final byte NULL = 0;
    private static final byte INTEGER = 1;
    private static final byte LONG = 2;
    private static final byte DOUBLE = 3;
    private static final byte TEXT = 4;
    private static final byte BYTES = 5;

    @Override
    public byte[] encode(T value) throws IOException {
        return switch (value) {
            case null -> new byte[] {NULL};
            case Integer number ->
                    ByteBuffer.allocate(1 + Integer.BYTES).put(INTEGER).putInt(number).array();
            case Long number ->
                    ByteBuffer.allocate(1 + Long.BYTES).put(LONG).putLong(number).array();
            case Double number ->
                    ByteBuffer.allocate(1 + Double.BYTES).put(DOUBLE).putDouble(number).array();
            case byte[] bytes -> marked(BYTES, bytes);
            // Of halves of characters UTF-8 knows nothing.
            case String text
                    when text.chars().noneMatch(unit -> Character.isSurrogate((char) unit)) ->
                    marked(TEXT, text.getBytes(StandardCharsets.UTF_8));
            default -> serialized(value);
        };
    }

    private static byte[] marked(byte mark, byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length).put(mark).put(bytes).array();
    }

    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // Whoever encoded it says what it is.
    public T decode(byte[] bytes) throws IOException, ClassNotFoundException {
        if (bytes.length == 0) {
            throw new EOFException("no bytes are no value");
        }
        return (T) value(bytes);
    }

    private static @Nullable Object value(byte[] bytes) throws IOException, ClassNotFoundException {
        return switch (bytes[0]) {
            case NULL -> null;
            case INTEGER -> ByteBuffer.wrap(bytes).getInt(1);
            case LONG -> ByteBuffer.wrap(bytes).getLong(1);
            case DOUBLE -> ByteBuffer.wrap(bytes).getDouble(1);
            case TEXT -> new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
            case BYTES -> Arrays.copyOfRange(bytes, 1, bytes.length);
            default -> deserialized(bytes);
        };
    }

    private static @Nullable Object deserialized(byte[] bytes)
            throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new LoaderAware(bytes)) {
            return in.readObject();
        }
    }

    private static final class LoaderAware extends ObjectInputStream {
        LoaderAware(byte[] bytes) throws IOException {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type)
                throws IOException, ClassNotFoundException {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            if (loader == null || type.getName().startsWith("[")) {
                return super.resolveClass(type);
            }
            try {
                return Class.forName(type.getName(), false, loader);
            } catch (ClassNotFoundException _) {
                return super.resolveClass(type); // A primitive type, or one that only this knows.
            }
        }
    }
}
