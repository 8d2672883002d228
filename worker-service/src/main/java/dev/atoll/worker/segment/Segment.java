package dev.atoll.worker.segment;

import dev.atoll.core.model.Ranges;
import dev.atoll.worker.segment.RecordHeader.Kind;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The outputs of the tasks of one stage on this worker: an append-only file and an index in memory.
 * Of each task it keeps the first success, and until there is one the latest failure. Thread-safe.
 */
final class Segment implements AutoCloseable {
    /* Little outputs are written in one call under the lock. For large ones the lock is held only to
     * write the header and to reserve the room behind it, so that others can append meanwhile; the
     * record enters the index when its bytes are there, and the next sync makes it durable. The durable
     * mark never passes a record whose bytes are still on their way. A record whose bytes could not be
     * written becomes void.
     *
     * What fsync could not write may be lost although later calls succeed. So a failed sync drops
     * everything that no good one has covered, also what was appended during it. What is dropped
     * becomes void, behind the last good sync as one record, and is not cut off: a large output may
     * still be on its way there, and must not end up in the middle of a later record. Drops among it
     * are owed. */
    private final Path file;
    private final FileChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentIndex index = new SegmentIndex();
    private final LargeRecords large = new LargeRecords();
    private final OwedDrops drops = new OwedDrops();
    private final RecordLog log;
    private long syncedEnd;

    private Segment(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.log = new RecordLog(channel, index);
        this.syncedEnd = log.end();
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
            return new Segment(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Appends what an attempt wrote; without effect if the task has succeeded before, or it is not
     * wanted any more by the time when it is there.
     *
     * @return whether it is kept
     * @throws IOException if the disk does not take it; the segment is as it was
     */
    boolean append(
            int task, int attempt, boolean success, AttemptOutput output, BooleanSupplier isWanted)
            throws IOException {
        RecordHeader header = output.header(success ? Kind.SUCCESS : Kind.FAILURE, task, attempt);
        if (output.isSmall()) {
            ByteBuffer record = ByteBuffer.allocate((int) header.recordLength());
            header.writeTo(record);
            output.putInto(record);
            return appendSmall(header, record.flip(), isWanted);
        }
        return appendLarge(header, output, isWanted);
    }

    /**
     * Appends what attempts of some tasks wrote, each of it small, in one write; tasks that have
     * succeeded before are passed over.
     *
     * @throws IOException if the disk does not take it; the segment is as it was
     */
    void appendSmall(int attempt, List<SegmentStore.Written> outputs) throws IOException {
        List<RecordHeader> headers = new ArrayList<>(outputs.size());
        long length = 0;
        for (SegmentStore.Written it : outputs) {
            Kind kind = it.success() ? Kind.SUCCESS : Kind.FAILURE;
            RecordHeader header = it.output().header(kind, it.task(), attempt);
            headers.add(header);
            length += header.recordLength();
        }
        lock.lock();
        try {
            writeOwedDrops();
            ByteBuffer records = ByteBuffer.allocate(Math.toIntExact(length));
            List<RecordHeader> fresh = new ArrayList<>(outputs.size());
            for (int i = 0; i < outputs.size(); i++) {
                RecordHeader header = headers.get(i);
                if (!index.hasSucceeded(header.task())) {
                    header.writeTo(records);
                    outputs.get(i).output().putInto(records);
                    fresh.add(header);
                }
            }
            long position = log.append(records.flip());
            for (RecordHeader header : fresh) {
                index.outputs(header, position);
                position += header.recordLength();
            }
        } finally {
            lock.unlock();
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
        return Optional.of(StoredOutput.at(position, task, SegmentBytes.of(reader)));
    }

    /** Where the records of some tasks are, as {@link #position} says. */
    void positions(int[] tasks, long[] positions, int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                positions[i] = index.position(tasks[i]);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A channel for reading; the caller's to close. */
    FileChannel openReader() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Which of these tasks have no success here that a good sync has covered. */
    Ranges notDurable(Ranges tasks) {
        lock.lock();
        try {
            return index.notSucceeded(
                    tasks, position -> position < syncedEnd && !large.contains(position));
        } finally {
            lock.unlock();
        }
    }

    /** Whether something has been written since the last sync. */
    boolean isDirty() {
        lock.lock();
        try {
            return log.end() != syncedEnd || large.hasArrived() || !drops.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes everything appended so far durable.
     *
     * @throws IOException if that failed; what no sync before has covered is dropped
     */
    void sync() throws IOException {
        long target;
        long mark;
        lock.lock();
        try {
            log.writeVoids();
            writeOwedDrops();
            drops.syncBegins();
            large.syncBegins();
            target = log.end();
            mark = large.wholeUpTo(target);
        } finally {
            lock.unlock();
        }
        try {
            channel.force(false);
        } catch (IOException e) {
            dropUnsynced();
            throw e;
        }
        lock.lock();
        try {
            syncedEnd = target;
            drops.synced();
            large.synced();
        } finally {
            lock.unlock();
        }
        SegmentHeader.write(channel, mark);
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

    private long position(int task) {
        lock.lock();
        try {
            return index.position(task);
        } finally {
            lock.unlock();
        }
    }

    private boolean appendSmall(RecordHeader header, ByteBuffer record, BooleanSupplier isWanted)
            throws IOException {
        lock.lock();
        try {
            if (index.hasSucceeded(header.task()) || !isWanted.getAsBoolean()) {
                return false;
            }
            writeOwedDrops();
            index.outputs(header, log.append(header, record));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean appendLarge(RecordHeader header, AttemptOutput output, BooleanSupplier isWanted)
            throws IOException {
        long position;
        lock.lock();
        try {
            if (index.hasSucceeded(header.task()) || !isWanted.getAsBoolean()) {
                return false;
            }
            writeOwedDrops();
            position = log.append(header, header.toBytes());
            large.expect(position, header);
        } finally {
            lock.unlock();
        }
        boolean written = false;
        boolean kept;
        try {
            output.writeTo(channel, position + header.headerLength());
            written = true;
        } finally {
            boolean isWhole = written;
            kept = finishLarge(header, position, () -> isWhole && isWanted.getAsBoolean());
        }
        return kept;
    }

    private boolean finishLarge(RecordHeader header, long position, BooleanSupplier isKept)
            throws IOException {
        lock.lock();
        try {
            if (!large.isExpected(position)) {
                throw new IOException("outputs were lost when a sync failed");
            }
            if (isKept.getAsBoolean()) {
                index.outputs(header, position);
                large.arrived(position);
                return true;
            }
            log.makeVoid(position, header);
            large.givenUp(position);
            log.writeVoids();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void writeOwedDrops() throws IOException {
        if (!drops.isEmpty()) {
            DropRecord record = DropRecord.of(drops.owed());
            log.append(record.header(), record.bytes());
            drops.written();
        }
    }

    private void dropUnsynced() throws IOException {
        lock.lock();
        try {
            large.syncFailed()
                    .headMap(syncedEnd)
                    .forEach((position, header) -> {
                        index.forget(header, position);
                        log.makeVoid(position, header);
                    });
            index.forgetFrom(syncedEnd);
            drops.syncFailed();
            log.makeVoidFrom(syncedEnd);
            log.writeVoids();
        } finally {
            lock.unlock();
        }
    }
}
