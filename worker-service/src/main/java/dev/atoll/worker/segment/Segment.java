package dev.atoll.worker.segment;

import dev.atoll.core.model.Ranges;
import dev.atoll.worker.segment.RecordHeader.Kind;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The outputs of the tasks of one stage on this worker: an append-only file and an index in memory.
 * Of each task it keeps the first success, and until there is one the latest failure. Thread-safe.
 */
final class Segment implements AutoCloseable {
    /* Little outputs are written in one call under the lock. For large ones the lock is held only to
     * write the header and to reserve the room behind it, so that others can append meanwhile; the
     * record enters the index when its bytes are there. The durable mark never passes a record whose
     * bytes are still on their way. A record whose bytes could not be written becomes void.
     *
     * What fsync could not write may be lost although later calls succeed. So a failed sync drops
     * everything behind the last good one, and whatever was appended during it fails the next. What
     * is dropped is covered by one void record and not cut off: a large output may still be on its
     * way there, and must not end up in the middle of a later record. Drops among it are owed. */
    private final Path file;
    private final FileChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentIndex index = new SegmentIndex();
    private final TreeSet<Long> underWay = new TreeSet<>();
    private final OwedDrops drops = new OwedDrops();
    private final LostRange lost = new LostRange();
    private long end;
    private long syncedEnd;
    private long generation;
    private boolean hasLostUnsynced;

    private Segment(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens a segment, or makes one; a torn tail is cut off. */
    static Segment open(Path file) throws IOException {
        return open(
                file,
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /** Opens a segment by a channel to its file, which from now on is the segment's. */
    static Segment open(Path file, FileChannel channel) throws IOException {
        try {
            Segment segment = new Segment(file, channel);
            segment.scan();
            return segment;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Appends what an attempt wrote; without effect if the task has succeeded before.
     *
     * @throws IOException if the disk does not take it; the segment is as it was
     */
    void append(int task, int attempt, boolean success, AttemptOutput output) throws IOException {
        RecordHeader header = output.header(success ? Kind.SUCCESS : Kind.FAILURE, task, attempt);
        if (output.isSmall()) {
            ByteBuffer record = ByteBuffer.allocate((int) header.recordLength());
            header.writeTo(record);
            output.putInto(record);
            appendSmall(header, record.flip());
        } else {
            appendLarge(header, output);
        }
    }

    /** Drops the outputs of some tasks. */
    void drop(Ranges tasks) throws IOException {
        lock.lock();
        try {
            index.dropped(tasks);
            drops.owe(tasks);
            writeOwedDrops();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops an output that was found damaged, unless another has taken its place.
     *
     * @param dropped runs if it was dropped, before anything else happens to its task here
     */
    void dropDamaged(DamagedOutputException damage, Runnable dropped) throws IOException {
        lock.lock();
        try {
            if (index.position(damage.task()) == damage.position()) {
                dropped.run();
                drop(Ranges.of(damage.task()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Which tasks have succeeded. */
    Ranges held() {
        lock.lock();
        try {
            return index.held();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The outputs of a task: of its success, else of its latest failure, to be read by a channel.
     */
    Optional<StoredOutput> find(int task, FileChannel reader) throws IOException {
        long position = position(task);
        if (position == TaskPositions.ABSENT) {
            return Optional.empty();
        }
        return Optional.of(StoredOutput.at(position, task, reader));
    }

    /** A channel for reading; the caller's to close. */
    FileChannel openReader() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Whether something has been appended since the last sync. */
    boolean isDirty() {
        lock.lock();
        try {
            return end != syncedEnd || hasLostUnsynced || !drops.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes everything appended so far durable.
     *
     * @throws IOException if that failed; what was appended since the last sync is dropped
     */
    void sync() throws IOException {
        long target;
        long mark;
        lock.lock();
        try {
            if (hasLostUnsynced) {
                hasLostUnsynced = false;
                throw new IOException("outputs were lost when an earlier sync failed");
            }
            lost.cover(channel);
            writeOwedDrops();
            drops.syncBegins();
            target = end;
            mark = underWay.isEmpty() ? end : underWay.first();
        } finally {
            lock.unlock();
        }
        try {
            channel.force(false);
        } catch (IOException e) {
            dropUnsynced(target);
            throw e;
        }
        SegmentHeader.write(channel, mark);
        lock.lock();
        try {
            syncedEnd = target;
            drops.synced();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Deletes the file; who reads it now may go on. */
    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    private void scan() throws IOException {
        end = new SegmentScan(channel).run(index);
        if (end > channel.size()) {
            SegmentHeader.write(channel, SegmentHeader.BYTES);
        }
        channel.truncate(end);
        syncedEnd = end;
    }

    private long position(int task) {
        lock.lock();
        try {
            return index.position(task);
        } finally {
            lock.unlock();
        }
    }

    private void appendSmall(RecordHeader header, ByteBuffer record) throws IOException {
        lock.lock();
        try {
            if (!index.hasSucceeded(header.task())) {
                writeOwedDrops();
                long position = end;
                write(record, header);
                index.outputs(header, position);
            }
        } finally {
            lock.unlock();
        }
    }

    private void appendLarge(RecordHeader header, AttemptOutput output) throws IOException {
        long position;
        long started;
        lock.lock();
        try {
            if (index.hasSucceeded(header.task())) {
                return;
            }
            writeOwedDrops();
            position = end;
            started = generation;
            ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
            header.writeTo(bytes);
            write(bytes.flip(), header);
            underWay.add(position);
        } finally {
            lock.unlock();
        }
        boolean written = false;
        try {
            output.writeTo(channel, position + RecordHeader.BYTES);
            written = true;
        } finally {
            finishLarge(header, position, started, written);
        }
    }

    private void finishLarge(RecordHeader header, long position, long started, boolean written)
            throws IOException {
        lock.lock();
        try {
            if (started != generation) {
                throw new IOException("outputs were lost when a sync failed");
            }
            if (written) {
                index.outputs(header, position);
            } else {
                ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
                header.withKind(Kind.VOID).writeTo(bytes);
                SpoolPart.writeFully(channel, bytes.flip(), position);
            }
            underWay.remove(position);
        } finally {
            lock.unlock();
        }
    }

    /** Writes at the end and moves the end behind the record, whose bytes may come later. */
    private void write(ByteBuffer bytes, RecordHeader header) throws IOException {
        if (end == SegmentHeader.BYTES && syncedEnd == end) {
            SegmentHeader.write(channel, SegmentHeader.BYTES);
        }
        SpoolPart.writeFully(channel, bytes, end);
        end += header.recordLength();
    }

    private void writeOwedDrops() throws IOException {
        if (!drops.isEmpty()) {
            DropRecord record = DropRecord.of(drops.owed());
            write(record.bytes(), record.header());
            drops.written();
        }
    }

    private void dropUnsynced(long target) throws IOException {
        lock.lock();
        try {
            hasLostUnsynced = end > target;
            generation++;
            underWay.clear();
            index.forgetFrom(syncedEnd);
            drops.syncFailed();
            lost.add(syncedEnd, end);
            lost.cover(channel);
        } finally {
            lock.unlock();
        }
    }
}
