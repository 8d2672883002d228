package dev.atoll.client.function;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a message of protobuf: numbers and bytes. */
final class MessageBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    MessageBuilder number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    MessageBuilder bytes(int field, byte[] value, int from, int length) {
        varint(((long) field << 3) | 2);
        varint(length);
        out.write(value, from, length);
        return this;
    }

    MessageBuilder bytes(int field, byte[] value) {
        return bytes(field, value, 0, value.length);
    }

    MessageBuilder text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    MessageBuilder message(int field, MessageBuilder value) {
        return bytes(field, value.out.toByteArray());
    }

    int size() {
        return out.size();
    }

    byte[] build() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
