package dev.atoll.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952), all of its members one behind the other. For one thread.
 *
 * <p>The stream of the JDK takes whatever is behind the first member for the end if it cannot read
 * it, or if nothing happens to be available at that moment: then a part of the data would be
 * missing, and nobody would know.
 */
final class GzipInput extends InputStream {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_REST_BYTES = 6;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean isWithin;

    GzipInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            if (!isWithin && !begin()) {
                return -1;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                crc.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                finish();
            }
        }
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            int count = inflater.inflate(target, offset, length);
            if (count == 0 && inflater.needsInput()) {
                feed();
            }
            if (count == 0 && inflater.needsDictionary()) {
                throw new ZipException("it needs a dictionary");
            }
            return count;
        } catch (DataFormatException e) {
            ZipException damaged = new ZipException(String.valueOf(e.getMessage()));
            damaged.initCause(e);
            throw damaged;
        }
    }

    private void feed() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("it ends within its data");
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    /** Reads the header of the next member; false at the end. */
    private boolean begin() throws IOException {
        if (!isAtHeader()) {
            return false;
        }
        if (next() != MAGIC_1 || next() != MAGIC_2 || next() != DEFLATE) {
            throw new ZipException("what stands behind its data is no gzip");
        }
        int flags = next();
        skip(HEADER_REST_BYTES);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        isWithin = true;
        return true;
    }

    /* Zeros behind the last member fill up a block of a tape, and mean nothing. */
    private boolean isAtHeader() throws IOException {
        while (position < limit || fill()) {
            if (buffer[position] != 0) {
                return true;
            }
            position++;
        }
        return false;
    }

    /** Checks the trailer of a member. */
    private void finish() throws IOException {
        position = limit - inflater.getRemaining();
        long sum = next() | next() << 8 | next() << 16 | (long) next() << 24;
        long size = next() | next() << 8 | next() << 16 | (long) next() << 24;
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new ZipException("its checksum is wrong");
        }
        isWithin = false;
    }

    private int next() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("it ends within its data");
        }
        return buffer[position++] & 0xff;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int _ = next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // Until its end.
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
