package dev.atoll.worker.segment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** What one attempt wrote, as a segment keeps it. Readable while its reader is open. */
public final class StoredOutput {
    private final FileChannel channel;
    private final long position;
    private final RecordHeader header;

    StoredOutput(FileChannel channel, long position, RecordHeader header) {
        this.channel = channel;
        this.position = position;
        this.header = header;
    }

    /** The attempt, from 1. */
    public int attempt() {
        return header.attempt();
    }

    /** How many bytes. */
    public long length(Channel which) {
        return switch (which) {
            case STDOUT -> header.outputLength();
            case STDERR -> header.errorLength();
        };
    }

    /**
     * All bytes, in pieces.
     *
     * @param pieceMax the longest piece, in bytes
     */
    public Pieces pieces(Channel which, int pieceMax) {
        long start = position + RecordHeader.BYTES;
        return switch (which) {
            case STDOUT ->
                    new Pieces(start, header.outputLength(), header.outputChecksum(), pieceMax);
            case STDERR ->
                    new Pieces(
                            start + header.outputLength(),
                            header.errorLength(),
                            header.errorChecksum(),
                            pieceMax);
        };
    }

    /** The bytes of one output, one piece after the other. */
    public final class Pieces {
        private final CRC32C crc = new CRC32C();
        private final long from;
        private final long length;
        private final int checksum;
        private final int pieceMax;
        private long done;

        private Pieces(long from, long length, int checksum, int pieceMax) {
            this.from = from;
            this.length = length;
            this.checksum = checksum;
            this.pieceMax = pieceMax;
        }

        /** Whether there is more. */
        public boolean hasNext() {
            return done < length;
        }

        /**
         * The next piece, the caller's to keep.
         *
         * @throws IOException if it cannot be read, or it is the last and the bytes are damaged
         */
        public ByteBuffer next() throws IOException {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(pieceMax, length - done));
            readFully(channel, piece, from + done);
            done += piece.position();
            crc.update(piece.flip().duplicate());
            int found = (int) crc.getValue();
            if (done == length && found != checksum) {
                throw new IOException(
                        "the output of task %d is damaged: checksum %08x, not %08x"
                                .formatted(header.task(), found, checksum));
            }
            return piece;
        }
    }

    static void readFully(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException("a segment ends at %d".formatted(at));
            }
            at += count;
        }
    }
}
