package dev.atoll.master.journal;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.proto.ledger.v1.StoredIndexes;

import java.util.Arrays;

/** Writes the indexes of one chunk in the shorter of two forms, and reads them. */
final class IndexCodec {
    /* Runs of neighbours cost two or three bytes as a range, however long they are; indexes that
     * lie apart cost one or two. Scattered by many workers over a whole chunk, they would cost more
     * than the bit that each has in a bitmap: 8 KiB is the most that one worker's part ever takes. */

    private static final int BITMAP_BYTES_MAX = PROGRESS_CHUNK_SIZE / Byte.SIZE;

    private IndexCodec() {}

    /**
     * Writes indexes.
     *
     * @param base the first index of the chunk
     */
    static StoredIndexes write(Ranges indexes, int base) {
        if (!indexes.isEmpty()
                && (indexes.first() < base || indexes.end() > base + PROGRESS_CHUNK_SIZE)) {
            throw new IllegalArgumentException(
                    "indexes %s are not all in the chunk at %d".formatted(indexes, base));
        }
        int bitmapBytes = indexes.isEmpty() ? 0 : (indexes.end() - 1 - base) / Byte.SIZE + 1;
        byte[] ranges = writeRanges(indexes, base, bitmapBytes);
        return ranges.length <= bitmapBytes
                ? StoredIndexes.newBuilder().setRanges(ByteString.copyFrom(ranges)).build()
                : StoredIndexes.newBuilder()
                        .setBitmap(ByteString.copyFrom(writeBitmap(indexes, base, bitmapBytes)))
                        .build();
    }

    /**
     * Reads indexes.
     *
     * @throws IllegalStateException if they are damaged
     */
    static Ranges read(StoredIndexes stored, int base) {
        return switch (stored.getFormCase()) {
            case RANGES -> readRanges(stored.getRanges(), base);
            case BITMAP -> readBitmap(stored.getBitmap(), base);
            case FORM_NOT_SET -> throw new IllegalStateException("stored indexes have no form");
        };
    }

    /** Writes ranges; gives up, with a longer answer, once they are longer than the limit. */
    private static byte[] writeRanges(Ranges indexes, int base, int bytesMax) {
        byte[] out = new byte[bytesMax + 2 * Integer.BYTES];
        int at = 0;
        int end = base;
        for (int k = 0; k < indexes.rangeCount() && at <= bytesMax; k++) {
            int length = indexes.end(k) - indexes.first(k);
            int gap = indexes.first(k) - end;
            at = writeVarint(out, at, 2 * gap + (length > 1 ? 1 : 0));
            if (length > 1) {
                at = writeVarint(out, at, length - 2);
            }
            end = indexes.end(k);
        }
        return Arrays.copyOf(out, at);
    }

    private static int writeVarint(byte[] out, int from, int value) {
        int at = from;
        int rest = value;
        while (rest >= 0x80) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }

    private static byte[] writeBitmap(Ranges indexes, int base, int bytes) {
        byte[] out = new byte[bytes];
        for (int k = 0; k < indexes.rangeCount(); k++) {
            for (int i = indexes.first(k) - base; i < indexes.end(k) - base; i++) {
                out[i / Byte.SIZE] |= (byte) (1 << i % Byte.SIZE);
            }
        }
        return out;
    }

    private static Ranges readRanges(ByteString stored, int base) {
        RangeSet indexes = new RangeSet();
        VarintReader in = new VarintReader(stored);
        int end = 0;
        while (in.hasNext()) {
            int gapAndForm = in.next();
            int first = end + gapAndForm / 2;
            end = first + (gapAndForm % 2 == 0 ? 1 : in.next() + 2);
            if (end > PROGRESS_CHUNK_SIZE) {
                throw new IllegalStateException("stored ranges go beyond their chunk: " + end);
            }
            indexes.add(base + first, base + end);
        }
        return indexes.toRanges();
    }

    private static Ranges readBitmap(ByteString stored, int base) {
        if (stored.size() > BITMAP_BYTES_MAX) {
            throw new IllegalStateException("a stored bitmap is too long: " + stored.size());
        }
        RangeSet indexes = new RangeSet();
        int first = -1;
        for (int i = 0; i <= stored.size() * Byte.SIZE; i++) {
            boolean present =
                    i < stored.size() * Byte.SIZE
                            && (stored.byteAt(i / Byte.SIZE) >> i % Byte.SIZE & 1) == 1;
            if (present && first < 0) {
                first = i;
            } else if (!present && first >= 0) {
                indexes.add(base + first, base + i);
                first = -1;
            }
        }
        return indexes.toRanges();
    }

    /** Reads varints of at most three bytes: more than any index or gap needs. */
    private static final class VarintReader {
        private final ByteString in;
        private int at;

        VarintReader(ByteString in) {
            this.in = in;
        }

        boolean hasNext() {
            return at < in.size();
        }

        int next() {
            int value = 0;
            for (int shift = 0; shift < 21 && hasNext(); shift += 7) {
                byte part = in.byteAt(at++);
                value |= (part & 0x7f) << shift;
                if (part >= 0) {
                    return value;
                }
            }
            throw new IllegalStateException("stored ranges are cut off or damaged");
        }
    }
}
