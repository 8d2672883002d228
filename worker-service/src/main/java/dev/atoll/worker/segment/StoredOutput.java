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

    /** Takes some bytes. */
    public interface Consumer {
        /**
         * Takes the next bytes.
         *
         * @param bytes the consumer's to keep
         */
        void accept(ByteBuffer bytes) throws IOException, InterruptedException;
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
     * Passes all bytes on, in pieces.
     *
     * @param pieceMax the longest piece, in bytes
     * @throws IOException if they cannot be read, or, before the last piece, if they are damaged
     */
    public void read(Channel which, int pieceMax, Consumer consumer)
            throws IOException, InterruptedException {
        long start = position + RecordHeader.BYTES;
        long from = which == Channel.STDOUT ? start : start + header.outputLength();
        int expected = which == Channel.STDOUT ? header.outputChecksum() : header.errorChecksum();
        long length = length(which);
        CRC32C crc = new CRC32C();
        long done = 0;
        while (done < length) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(pieceMax, length - done));
            readFully(channel, piece, from + done);
            done += piece.position();
            crc.update(piece.flip().duplicate());
            if (done == length) {
                check(expected, (int) crc.getValue());
            }
            consumer.accept(piece);
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

    private void check(int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException(
                    "the output of task %d is damaged: checksum %08x, not %08x"
                            .formatted(header.task(), found, expected));
        }
    }
}
