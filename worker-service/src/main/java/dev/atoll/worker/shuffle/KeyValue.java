package dev.atoll.worker.shuffle;

import java.nio.charset.StandardCharsets;

/** A record that is made of a key and a number. */
final class KeyValue {
    private byte[] bytes = new byte[64];
    private int length;
    private int keyLength;

    /** Takes copies. */
    void set(byte[] key, int offset, int count, long value) {
        byte[] digits = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
        length = count + 1 + digits.length;
        keyLength = count;
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, bytes.length * 2)];
        }
        System.arraycopy(key, offset, bytes, 0, count);
        bytes[count] = '\t';
        System.arraycopy(digits, 0, bytes, count + 1, digits.length);
    }

    void show(int partition, RecordCursor cursor) {
        cursor.pointTo(partition, bytes, 0, length, keyLength);
    }
}
