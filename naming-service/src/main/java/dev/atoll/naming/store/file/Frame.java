package dev.atoll.naming.store.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The envelope of a payload in a file: its length, a check of the length, a check of itself. */
final class Frame {
    /* The length has a check of its own, because a damaged length would otherwise look like the torn
     * end of the file, and everything after it would be dropped in silence. The check covers the
     * frame's place in the file as well, so that no stale block passes for a frame. */

    /** Bytes before the payload: length, check of length and place, check of the payload. */
    static final int HEADER_BYTES = 12;

    /** A payload is 1 byte to 64 MiB. */
    static final int PAYLOAD_BYTES_MAX = 64 << 20;

    /** A disk writes a sector whole or not at all. */
    private static final int SECTOR_BYTES = 512;

    private Frame() {}

    /** A frame that is to stand at an offset, ready to be written. */
    static ByteBuffer of(long offset, byte[] payload) {
        if (payload.length < 1 || payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "payload must be 1 to " + PAYLOAD_BYTES_MAX + " bytes: " + payload.length);
        }
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putInt(payload.length)
                .putInt(checkOfHeader(offset, payload.length))
                .putInt(checkOf(payload))
                .put(payload)
                .flip();
    }

    static int checkOfHeader(long offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12).putLong(offset).putInt(length).flip());
        return (int) crc.getValue();
    }

    static int checkOf(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    /**
     * Whether bytes that stand at an offset miss a sector: all of their share of it is zero, which
     * is what a file has where a write was begun and not finished.
     */
    static boolean missesSector(long offset, byte[] bytes) {
        int start = 0;
        while (start < bytes.length) {
            int toBoundary = SECTOR_BYTES - (int) ((offset + start) % SECTOR_BYTES);
            int end = Math.min(bytes.length, start + toBoundary);
            if (isZero(bytes, start, end)) {
                return true;
            }
            start = end;
        }
        return false;
    }

    private static boolean isZero(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
