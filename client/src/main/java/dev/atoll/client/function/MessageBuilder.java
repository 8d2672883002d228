package dev.atoll.client.function;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes messages of protobuf: numbers and bytes. */
final class MessageBuilder {
    private static final int VARINT = 0;
    private static final int BYTES = 2;

    private byte[] buffer;
    private int size;

    MessageBuilder() {
        this(64);
    }

    MessageBuilder(int capacity) {
        buffer = new byte[capacity];
    }

    MessageBuilder number(int field, long value) {
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    MessageBuilder bytes(int field, byte[] value, int from, int length) {
        begin(field, length);
        reserve(length);
        System.arraycopy(value, from, buffer, size, length);
        size += length;
        return this;
    }

    MessageBuilder text(int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, bytes, 0, bytes.length);
    }

    MessageBuilder message(int field, MessageBuilder value) {
        return bytes(field, value.buffer, 0, value.size);
    }

    /** A message, whose fields of so many bytes follow. */
    MessageBuilder begin(int field, int length) {
        varint((long) field << 3 | BYTES);
        varint(length);
        return this;
    }

    /** Leaves so many bytes free. */
    MessageBuilder skip(int count) {
        reserve(count);
        size += count;
        return this;
    }

    /** Puts the length of what follows into the four bytes at the beginning. */
    MessageBuilder writeLength() {
        int length = size - Integer.BYTES;
        for (int i = 0; i < Integer.BYTES; i++) {
            buffer[i] = (byte) (length >>> (Byte.SIZE * (Integer.BYTES - 1 - i)));
        }
        return this;
    }

    MessageBuilder clear() {
        size = 0;
        return this;
    }

    int size() {
        return size;
    }

    int capacity() {
        return buffer.length;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
    }

    /** How many bytes {@link #number} takes. */
    static int numberSize(int field, long value) {
        return varintSize((long) field << 3) + varintSize(value);
    }

    /** How many bytes {@link #bytes} takes. */
    static int bytesSize(int field, int length) {
        return varintSize((long) field << 3) + varintSize(length) + length;
    }

    private static int varintSize(long value) {
        return Math.ceilDiv(Long.SIZE - Long.numberOfLeadingZeros(value | 1), 7);
    }

    private void varint(long value) {
        reserve(varintSize(value));
        long left = value;
        while ((left & ~0x7FL) != 0) {
            buffer[size] = (byte) ((left & 0x7F) | 0x80);
            size++;
            left >>>= 7;
        }
        buffer[size] = (byte) left;
        size++;
    }

    private void reserve(int count) {
        if (size + count > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + count, 2 * buffer.length));
        }
    }
}
