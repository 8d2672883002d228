package dev.atoll.worker.segment;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.worker.segment.RecordHeader.Extent;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Says that the outputs of some tasks, written before it, do not count.
 *
 * @param header what stands before its bytes
 * @param bytes the whole record, ready to be written
 */
record DropRecord(RecordHeader header, ByteBuffer bytes) {
    /** The record for some tasks. */
    static DropRecord of(Ranges tasks) {
        int length = tasks.rangeCount() * 2 * Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES + length);
        bytes.position(RecordHeader.BYTES);
        for (int k = 0; k < tasks.rangeCount(); k++) {
            bytes.putInt(tasks.first(k)).putInt(tasks.end(k));
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.flip().position(RecordHeader.BYTES));
        RecordHeader header =
                new RecordHeader(
                        RecordHeader.Kind.DROP,
                        0,
                        0,
                        new Extent(length, (int) crc.getValue()),
                        Extent.NOTHING,
                        Extent.NOTHING,
                        0);
        header.writeTo(bytes.position(0));
        return new DropRecord(header, bytes.position(0));
    }

    /** The tasks that a record's bytes, without the header, name. */
    static Ranges tasks(ByteBuffer payload) {
        RangeSet tasks = new RangeSet();
        while (payload.hasRemaining()) {
            tasks.add(payload.getInt(), payload.getInt());
        }
        return tasks.toRanges();
    }
}
