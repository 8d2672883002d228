package dev.atoll.naming.store.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The envelope of a payload in a file. */
final class Frame {
    /* A frame is a mark, the length of the payload, a check of both, a check of the payload, the
     * payload, and a closing mark.
     *
     * The length has a check of its own, because a damaged length would otherwise look like the torn
     * end of the file, and everything after it would be dropped in silence. The check covers the
     * frame's place in the file as well, so that no stale block passes for a frame. Neither mark has
     * a zero byte: so the first and the last sector of a whole frame are never all zero, and a sector
     * that is was not written. */

    /** Bytes before the payload. */
    static final int HEADER_BYTES = 16;

    /** Bytes behind the payload. */
    static final int CLOSING_BYTES = 1;

    /** A payload is 1 byte to 64 MiB. */
    static final int PAYLOAD_BYTES_MAX = 64 << 20;

    /** A disk writes a sector whole or not at all. */
    static final int SECTOR_BYTES = 512;

    private static final int MARK = 0x5AF2A3E1;
    private static final byte CLOSING_MARK = 0x7E;

    private Frame() {}

    /** A frame that is to stand at an offset, ready to be written. */
    static ByteBuffer of(long offset, byte[] payload) {
        if (!isLength(payload.length)) {
            throw new IllegalArgumentException(
                    "payload must be 1 to " + PAYLOAD_BYTES_MAX + " bytes: " + payload.length);
        }
        return ByteBuffer.allocate(HEADER_BYTES + payload.length + CLOSING_BYTES)
                .putInt(MARK)
                .putInt(payload.length)
                .putInt(checkOfHeader(offset, payload.length))
                .putInt(checkOf(payload, payload.length))
                .put(payload)
                .put(CLOSING_MARK)
                .flip();
    }

    /**
     * Whether bytes that were read at an offset are a header.
     *
     * @param at where in {@code bytes} it begins
     */
    static boolean isHeader(long offset, byte[] bytes, int at) {
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        return fields.getInt(at) == MARK
                && isLength(fields.getInt(at + 4))
                && fields.getInt(at + 8) == checkOfHeader(offset, fields.getInt(at + 4));
    }

    /** How long the payload and the closing mark are that follow a header. */
    static int lengthOfRest(byte[] header) {
        return ByteBuffer.wrap(header).getInt(4) + CLOSING_BYTES;
    }

    /** Whether what follows a header is what was written. */
    static boolean isRest(byte[] header, byte[] rest) {
        int length = rest.length - CLOSING_BYTES;
        return rest[length] == CLOSING_MARK
                && ByteBuffer.wrap(header).getInt(12) == checkOf(rest, length);
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

    private static boolean isLength(int length) {
        return length >= 1 && length <= PAYLOAD_BYTES_MAX;
    }

    private static int checkOfHeader(long offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12).putLong(offset).putInt(length).flip());
        return (int) crc.getValue();
    }

    private static int checkOf(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
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
