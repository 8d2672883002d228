package dev.atoll.worker.segment;

import dev.atoll.core.model.Ranges;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.PrimitiveIterator;

/**
 * Reads the outputs of tasks in order. Little ones that are neighbours in the file, as those of
 * neighbouring tasks mostly are, cost one call to the disk together. For one thread.
 */
public final class OutputSequence {
    private static final int BATCH = 512;

    /** So much is read of the last output of a window, which is all of it if it is little. */
    private static final int TAIL_BYTES = 4 << 10;

    private final Segment segment;
    private final ReadAhead bytes;
    private final PrimitiveIterator.OfInt indexes;
    private final int[] tasks = new int[BATCH];
    private final long[] positions = new long[BATCH];
    private int count;
    private int at;
    private int readTo;

    OutputSequence(Segment segment, FileChannel channel, Ranges tasks) {
        this.segment = segment;
        this.bytes = new ReadAhead(channel);
        this.indexes = tasks.indexes();
    }

    /** Whether there is another task. */
    public boolean hasNext() {
        return at < count || indexes.hasNext();
    }

    /** The next task. */
    public int nextTask() {
        if (at == count) {
            count = 0;
            at = 0;
            readTo = 0;
            while (count < BATCH && indexes.hasNext()) {
                tasks[count] = indexes.nextInt();
                count++;
            }
            segment.positions(tasks, positions, count);
        }
        return tasks[at];
    }

    /**
     * The outputs of the next task, as {@link SegmentStore.Reader#find} gives them; to be read
     * before the next ones are.
     *
     * @throws DamagedOutputException if they are there and are damaged
     */
    public Optional<StoredOutput> next() throws IOException {
        int task = nextTask();
        long position = positions[at];
        if (position == TaskPositions.ABSENT) {
            at++;
            return Optional.empty();
        }
        if (at >= readTo) {
            readFrom(position);
        }
        at++;
        return Optional.of(StoredOutput.at(position, task, bytes));
    }

    private void readFrom(long first) throws IOException {
        int end = at + 1;
        long last = first;
        while (end < count
                && positions[end] > last
                && positions[end] - first <= ReadAhead.WINDOW_BYTES - TAIL_BYTES) {
            last = positions[end];
            end++;
        }
        bytes.fill(first, (int) (last - first) + TAIL_BYTES);
        readTo = end;
    }
}
