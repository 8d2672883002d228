package dev.atoll.client.function;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fields of a message of protobuf, one after the other: numbers and bytes. */
final class FieldReader {
    private static final int VARINT = 0;
    private static final int BYTES = 2;

    private final byte[] message;
    private final int end;
    private int at;
    private int number;
    private long value;
    private int start;
    private int length;

    FieldReader(byte[] message) {
        this(message, 0, message.length);
    }

    private FieldReader(byte[] message, int from, int end) {
        this.message = message;
        this.at = from;
        this.end = end;
    }

    /** Goes on to the next field; false at the end. */
    boolean next() throws IOException {
        if (at == end) {
            return false;
        }
        long tag = varint();
        number = (int) (tag >>> 3);
        switch ((int) (tag & 7)) {
            case VARINT -> {
                value = varint();
                length = 0;
            }
            case BYTES -> {
                long size = varint();
                if (size < 0 || size > end - at) {
                    throw new IOException("a field of %d bytes in %d".formatted(size, end - at));
                }
                start = at;
                length = (int) size;
                at += length;
            }
            default -> throw new IOException("a field of kind " + (tag & 7));
        }
        return true;
    }

    int number() {
        return number;
    }

    long value() {
        return value;
    }

    byte[] bytes() {
        return Arrays.copyOfRange(message, start, start + length);
    }

    String text() {
        return new String(message, start, length, StandardCharsets.UTF_8);
    }

    /** The message that is this field. */
    FieldReader message() {
        return new FieldReader(message, start, start + length);
    }

    /** Numbers one behind the other. */
    long nextPacked() throws IOException {
        return varint();
    }

    boolean hasMore() {
        return at < end;
    }

    /** A field that this version does not know. */
    void skip() {
        length = 0;
    }

    private long varint() throws IOException {
        long result = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw new IOException("a message that is cut off");
            }
            byte next = message[at];
            at++;
            result |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new IOException("a number of more than 64 bits");
    }
}
