package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;

/** Java's own serialization. Classes are found by the loader of the thread. */
record JavaCodec<T extends @Nullable Object>() implements Codec<T> {
    @Override
    public byte[] encode(T value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    @Override
    @SuppressWarnings("unchecked") // Whoever encoded it says what it is.
    public T decode(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new LoaderAware(bytes)) {
            return (T) in.readObject();
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
