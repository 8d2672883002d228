package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The part of a segment that a failed sync has lost. Not thread-safe. */
final class LostRange {
    private long from;
    private long to;

    /** This part, which is empty or holds whole records, is lost. */
    void add(long first, long end) {
        from = end > first ? first : 0;
        to = end;
    }

    /** Makes one void record of it; tried again until it is written. */
    void cover(FileChannel channel) throws IOException {
        if (from > 0) {
            long length = to - from - RecordHeader.BYTES;
            ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
            RecordHeader.ofNothing(length).writeTo(bytes);
            SpoolPart.writeFully(channel, bytes.flip(), from);
            from = 0;
        }
    }
}
