package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.zip.CRC32C;

/** What one attempt wrote, as a segment keeps it. Readable while its reader is open. */
public final class StoredOutput {
    private final SegmentBytes bytes;
    private final long position;
    private final RecordHeader header;

    private StoredOutput(SegmentBytes bytes, long position, RecordHeader header) {
        this.bytes = bytes;
        this.position = position;
        this.header = header;
    }

    /** The output of a task whose record is at a position. */
    static StoredOutput at(long position, int task, SegmentBytes bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(RecordHeader.BYTES_MAX);
        readHeader(task, position, bytes, buffer);
        return RecordHeader.readFrom(buffer.flip())
                .filter(header -> header.task() == task)
                .map(header -> new StoredOutput(bytes, position, header))
                .orElseThrow(() -> new DamagedOutputException(task, position, "no header"));
    }

    /** The attempt, from 1. */
    public int attempt() {
        return header.attempt();
    }

    /** How many bytes. */
    public long length(Channel which) {
        return header.extent(which).length();
    }

    /** CRC32C of all bytes. */
    public int checksum(Channel which) {
        return header.extent(which).checksum();
    }

    /** All bytes, in checked pieces of up to 256 KiB. */
    public Pieces pieces(Channel which) {
        return new Pieces(which);
    }

    /**
     * Fills a buffer with standard output from a position on, unchecked.
     *
     * @throws DamagedOutputException if the disk fails
     */
    public void readOutput(long from, ByteBuffer into) throws IOException {
        if (from < 0 || into.remaining() > length(Channel.STDOUT) - from) {
            throw damaged("it has no bytes at %d".formatted(from));
        }
        read(into, position + header.start(Channel.STDOUT) + from);
    }

    /** How to say that it is not what the task wrote. */
    public DamagedOutputException damage(String detail) {
        return damaged(detail);
    }

    /** The bytes of one output, one piece after the other. */
    public final class Pieces {
        private final Channel which;
        private final long from;
        private final long tableFrom;
        private final CRC32C whole = new CRC32C();
        private long done;

        private Pieces(Channel which) {
            this.which = which;
            this.from = position + header.start(which);
            this.tableFrom = position + header.tableStart(which);
        }

        /** Whether there is more. */
        public boolean hasNext() {
            return done < length(which);
        }

        /**
         * The next piece, the caller's to keep.
         *
         * @throws DamagedOutputException if it is not what the task wrote, or the disk fails
         * @throws IOException if it cannot be read for another reason
         */
        public ByteBuffer next() throws IOException {
            long left = length(which) - done;
            ByteBuffer piece =
                    ByteBuffer.allocate((int) Math.min(BlockChecksums.BLOCK_BYTES, left));
            read(piece, from + done);
            check(piece.flip().duplicate());
            done += piece.remaining();
            return piece;
        }

        private void check(ByteBuffer piece) throws IOException {
            boolean hasTable = header.tableBytes() > 0;
            CRC32C crc = hasTable ? new CRC32C() : whole;
            // Without a table a long output, of an older version, is checked at its end only.
            boolean isChecked = hasTable || done + piece.remaining() == length(which);
            crc.update(piece);
            int found = (int) crc.getValue();
            int expected = hasTable ? inTable() : checksum(which);
            if (isChecked && found != expected) {
                throw damaged("checksum %08x, not %08x".formatted(found, expected));
            }
        }

        private int inTable() throws IOException {
            ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES);
            read(entry, tableFrom + done / BlockChecksums.BLOCK_BYTES * Integer.BYTES);
            return entry.getInt(0);
        }
    }

    /* What has no files has a shorter header, and may be the last in the file. */
    private static void readHeader(int task, long position, SegmentBytes bytes, ByteBuffer into)
            throws IOException {
        int length = Math.clamp(bytes.end() - position, RecordHeader.BYTES, into.limit());
        read(task, position, bytes, into.limit(length), position);
    }

    private void read(ByteBuffer into, long at) throws IOException {
        read(header.task(), position, bytes, into, at);
    }

    /* What the disk cannot give back is as good as damaged: the task runs again, or another worker has
     * it too. Only a file that was closed says nothing of the disk. */
    private static void read(int task, long position, SegmentBytes bytes, ByteBuffer into, long at)
            throws IOException {
        try {
            bytes.read(into, at);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw new DamagedOutputException(task, position, String.valueOf(e.getMessage()));
        }
    }

    private DamagedOutputException damaged(String detail) {
        return new DamagedOutputException(header.task(), position, detail);
    }
}
