package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.util.Arrays;

/**
 * Goes from record to record, in the order of partitions, keys and tasks. What it points to is
 * valid until the next step. One thread at a time.
 */
public abstract class RecordCursor implements AutoCloseable {
    private byte[] bytes = new byte[0];
    private int offset;
    private int length;
    private int keyLength;
    private long prefix;
    private int partition;
    private int task;

    /** Goes to the next record, at first to the first one; false if there is none. */
    public abstract boolean next() throws IOException;

    /** Gives up what it holds. */
    @Override
    public void close() throws IOException {}

    /** The array that holds the record. */
    public final byte[] bytes() {
        return bytes;
    }

    /** Where the record, and its key, begins. */
    public final int offset() {
        return offset;
    }

    /** How many bytes it has. */
    public final int length() {
        return length;
    }

    /** How many of them are the key. */
    public final int keyLength() {
        return keyLength;
    }

    /** The partition it belongs to; 0 where there is one only. */
    public final int partition() {
        return partition;
    }

    /** The task that wrote it, where several may have. */
    public final int task() {
        return task;
    }

    final void setTask(int index) {
        task = index;
    }

    final void pointTo(int inPartition, byte[] array, int from, int count, int keyCount) {
        partition = inPartition;
        bytes = array;
        offset = from;
        length = count;
        keyLength = keyCount;
        prefix = Keys.prefix(array, from, keyCount);
    }

    final void pointTo(RecordCursor other) {
        partition = other.partition;
        bytes = other.bytes;
        offset = other.offset;
        length = other.length;
        keyLength = other.keyLength;
        prefix = other.prefix;
        task = other.task;
    }

    /** By partition, key and task. */
    final int compareTo(RecordCursor other) {
        if (partition != other.partition) {
            return Integer.compare(partition, other.partition);
        }
        int byKey =
                Keys.compare(
                        prefix,
                        bytes,
                        offset,
                        keyLength,
                        other.prefix,
                        other.bytes,
                        other.offset,
                        other.keyLength);
        return byKey != 0 ? byKey : Integer.compare(task, other.task);
    }

    final boolean hasKey(int inPartition, byte[] key, int count) {
        return partition == inPartition
                && keyLength == count
                && Arrays.equals(bytes, offset, offset + count, key, 0, count);
    }
}
