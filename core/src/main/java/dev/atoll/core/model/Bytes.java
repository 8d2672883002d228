package dev.atoll.core.model;

import java.util.Arrays;

/** A few bytes that never change. */
public final class Bytes {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** A copy of these. */
    public static Bytes copyOf(byte[] value) {
        return new Bytes(value.clone());
    }

    /** How many. */
    public int size() {
        return value.length;
    }

    /** A copy of them. */
    public byte[] toArray() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "%d bytes".formatted(value.length);
    }
}
