package dev.atoll.worker.segment;

import dev.atoll.core.model.Ranges;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Reads a segment from its beginning and says what is in it. */
final class SegmentScan {
    /* The headers form a chain, each with its own checksum, so the scan jumps over the bytes of
     * records. Behind the durable mark a crash of the machine may have left anything: there the bytes
     * are checked too, and a record that is not whole is passed over. The chain ends with the first
     * header that is none; what follows is a torn tail. */
    private static final int WINDOW_BYTES = 64 << 10;

    private final FileChannel channel;
    private final long size;
    private final long durableUpTo;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    private long windowStart;
    private int windowLength;

    /** Hears what is in a segment, in order. */
    interface Visitor {
        /** Outputs of a task. */
        void outputs(RecordHeader header, long position);

        /** Outputs that stand before are dropped. */
        void dropped(Ranges tasks);
    }

    SegmentScan(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.durableUpTo = SegmentHeader.read(channel);
    }

    /** Up to where everything is durable, as the header says. */
    long durableUpTo() {
        return durableUpTo;
    }

    /** Tells the visitor of every whole record, and answers where the last of the chain ends. */
    long run(Visitor visitor) throws IOException {
        long position = SegmentHeader.BYTES;
        Optional<RecordHeader> header = headerAt(position);
        while (header.isPresent()) {
            RecordHeader record = header.get();
            if (position + record.recordLength() <= durableUpTo || isWhole(record, position)) {
                visit(visitor, record, position);
            }
            position += record.recordLength();
            header = headerAt(position);
        }
        return Math.min(position, Math.max(size, SegmentHeader.BYTES));
    }

    /** A header whose record lies within the file. */
    private Optional<RecordHeader> headerAt(long position) throws IOException {
        if (position + RecordHeader.BYTES > size) {
            return Optional.empty();
        }
        long end = Math.min(position + RecordHeader.BYTES_MAX, size);
        if (position < windowStart || end > windowStart + windowLength) {
            window.clear();
            windowStart = position;
            windowLength = Math.max(0, channel.read(window, position));
        }
        int at = (int) (position - windowStart);
        return RecordHeader.readFrom(window.duplicate().limit(windowLength).position(at))
                .filter(RecordHeader::isPlausible)
                .filter(record -> position + record.recordLength() <= size);
    }

    private void visit(Visitor visitor, RecordHeader record, long position) throws IOException {
        switch (record.kind()) {
            case SUCCESS, FAILURE -> visitor.outputs(record, position);
            case DROP -> visitor.dropped(droppedTasks(record, position));
            case VOID -> {}
        }
    }

    private Ranges droppedTasks(RecordHeader record, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) record.output().length());
        SegmentBytes.readFully(channel, bytes, position + RecordHeader.BYTES);
        return DropRecord.tasks(bytes.flip());
    }

    private boolean isWhole(RecordHeader record, long position) throws IOException {
        ByteBuffer table = ByteBuffer.allocate(record.tableBytes());
        for (Channel output : Channel.values()) {
            RecordHeader.Extent extent = record.extent(output);
            BlockChecksums found = checksums(position + record.start(output), extent.length());
            if (found.whole() != extent.checksum()) {
                return false;
            }
            if (record.tableBytes() > 0) {
                found.writeTo(table);
            }
        }
        ByteBuffer found = ByteBuffer.allocate(record.tableBytes());
        SegmentBytes.readFully(channel, found, position + record.tableStart(Channel.STDOUT));
        return found.flip().equals(table.flip());
    }

    private BlockChecksums checksums(long position, long length) throws IOException {
        BlockChecksums checksums = new BlockChecksums();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, WINDOW_BYTES));
        long done = 0;
        while (done < length) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
            SegmentBytes.readFully(channel, buffer, position + done);
            done += buffer.position();
            checksums.update(buffer.flip());
        }
        return checksums;
    }
}
