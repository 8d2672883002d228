package dev.atoll.naming.store.file;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;

import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Txn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Turns records into the payload of a frame and back. */
final class LogRecordCodec {
    /* A payload is records one after the other: a kind, then the fields in the order of the record,
     * numbers as varints and strings and bytes with their length. The numbers of the kinds are part
     * of the format: never reuse one. */
    private static final int COMMITTED = 1;
    private static final int LEASE_GRANTED = 2;
    private static final int LEASE_ENDED = 3;
    private static final int SNAPSHOT_BEGUN = 4;
    private static final int SNAPSHOT_ENTRY = 5;
    private static final int SNAPSHOT_ENDED = 6;

    private LogRecordCodec() {}

    static byte[] encode(List<LogRecord> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (LogRecord record : records) {
                write(out, record);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array refused bytes", e);
        }
        return bytes.toByteArray();
    }

    /** Reads a payload back; {@link IOException} when it is not one. */
    static List<LogRecord> decode(byte[] payload) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(payload);
        List<LogRecord> records = new ArrayList<>();
        while (!in.isAtEnd()) {
            records.add(read(in));
        }
        return records;
    }

    private static void write(CodedOutputStream out, LogRecord record) throws IOException {
        switch (record) {
            case LogRecord.Committed committed -> {
                out.writeUInt32NoTag(COMMITTED);
                writeCommitted(out, committed);
            }
            case LogRecord.LeaseGranted granted -> {
                out.writeUInt32NoTag(LEASE_GRANTED);
                out.writeUInt64NoTag(granted.leaseId());
                out.writeUInt64NoTag(granted.timeToLive().toMillis());
            }
            case LogRecord.LeaseEnded ended -> {
                out.writeUInt32NoTag(LEASE_ENDED);
                out.writeUInt64NoTag(ended.leaseId());
                out.writeUInt64NoTag(ended.revision());
            }
            case LogRecord.SnapshotBegun begun -> {
                out.writeUInt32NoTag(SNAPSHOT_BEGUN);
                out.writeUInt64NoTag(begun.revision());
            }
            case LogRecord.SnapshotEntry(Entry entry) -> {
                out.writeUInt32NoTag(SNAPSHOT_ENTRY);
                writeEntry(out, entry);
            }
            case LogRecord.SnapshotEnded ended -> {
                out.writeUInt32NoTag(SNAPSHOT_ENDED);
                out.writeUInt64NoTag(ended.entryCount());
            }
        }
    }

    private static void writeCommitted(CodedOutputStream out, LogRecord.Committed committed)
            throws IOException {
        out.writeUInt64NoTag(committed.revision());
        out.writeUInt32NoTag(committed.puts().size());
        for (Txn.Put put : committed.puts()) {
            out.writeStringNoTag(put.key());
            out.writeBytesNoTag(put.value());
            out.writeUInt64NoTag(put.leaseId());
        }
        out.writeUInt32NoTag(committed.deletes().size());
        for (String key : committed.deletes()) {
            out.writeStringNoTag(key);
        }
    }

    private static void writeEntry(CodedOutputStream out, Entry entry) throws IOException {
        out.writeStringNoTag(entry.key());
        out.writeBytesNoTag(entry.value());
        out.writeUInt64NoTag(entry.createRevision());
        out.writeUInt64NoTag(entry.modRevision());
        out.writeUInt64NoTag(entry.version());
        out.writeUInt64NoTag(entry.leaseId());
    }

    private static LogRecord read(CodedInputStream in) throws IOException {
        int kind = in.readUInt32();
        return switch (kind) {
            case COMMITTED -> readCommitted(in);
            case LEASE_GRANTED ->
                    new LogRecord.LeaseGranted(in.readUInt64(), Duration.ofMillis(in.readUInt64()));
            case LEASE_ENDED -> new LogRecord.LeaseEnded(in.readUInt64(), in.readUInt64());
            case SNAPSHOT_BEGUN -> new LogRecord.SnapshotBegun(in.readUInt64());
            case SNAPSHOT_ENTRY -> new LogRecord.SnapshotEntry(readEntry(in));
            case SNAPSHOT_ENDED -> new LogRecord.SnapshotEnded(in.readUInt64());
            default -> throw new IOException("unknown kind of record: " + kind);
        };
    }

    private static LogRecord readCommitted(CodedInputStream in) throws IOException {
        long revision = in.readUInt64();
        int putCount = in.readUInt32();
        List<Txn.Put> puts = new ArrayList<>();
        for (int i = 0; i < putCount; i++) {
            puts.add(new Txn.Put(in.readString(), in.readBytes(), in.readUInt64()));
        }
        int deleteCount = in.readUInt32();
        List<String> deletes = new ArrayList<>();
        for (int i = 0; i < deleteCount; i++) {
            deletes.add(in.readString());
        }
        return new LogRecord.Committed(revision, puts, deletes);
    }

    private static Entry readEntry(CodedInputStream in) throws IOException {
        return new Entry(
                in.readString(),
                in.readBytes(),
                in.readUInt64(),
                in.readUInt64(),
                in.readUInt64(),
                in.readUInt64());
    }
}
