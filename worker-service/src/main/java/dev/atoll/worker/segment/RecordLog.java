package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The records of a segment, one after the other in its file. Not thread-safe. */
final class RecordLog {
    private final FileChannel channel;
    private final NavigableMap<Long, RecordHeader> toVoid = new TreeMap<>();
    private long end;

    /** A log that begins where the last whole record of the file ends; a torn tail is cut off. */
    RecordLog(FileChannel channel, SegmentScan.Visitor visitor) throws IOException {
        this.channel = channel;
        SegmentScan scan = new SegmentScan(channel);
        this.end = scan.run(visitor);
        channel.truncate(end);
        if (end == SegmentHeader.BYTES || scan.durableUpTo() > end) {
            SegmentHeader.write(channel, end);
        }
    }

    /** Where the next record begins. */
    long end() {
        return end;
    }

    /**
     * Writes at the end and moves the end behind the record.
     *
     * @param bytes of the record, or only of its header: the others come later
     * @return where the record begins
     */
    long append(RecordHeader header, ByteBuffer bytes) throws IOException {
        long position = end;
        SpoolPart.writeFully(channel, bytes, position);
        end += header.recordLength();
        return position;
    }

    /**
     * Writes whole records at the end and moves the end behind them.
     *
     * @return where the first begins
     */
    long append(ByteBuffer records) throws IOException {
        long position = end;
        int length = records.remaining();
        SpoolPart.writeFully(channel, records, position);
        end += length;
        return position;
    }

    /** Says that a record counts no more; written with the next {@link #writeVoids}. */
    void makeVoid(long position, RecordHeader header) {
        toVoid.put(position, header.asVoid());
    }

    /** Makes one void record of everything from a position on, if there is something. */
    void makeVoidFrom(long position) {
        if (position < end) {
            toVoid.put(position, RecordHeader.ofNothing(end - position - RecordHeader.BYTES));
        }
    }

    /** Writes what is void; what could not be written is tried again the next time. */
    void writeVoids() throws IOException {
        while (!toVoid.isEmpty()) {
            Map.Entry<Long, RecordHeader> first = toVoid.firstEntry();
            SpoolPart.writeFully(channel, first.getValue().toBytes(), first.getKey());
            toVoid.remove(first.getKey());
        }
    }
}
