package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What an attempt has written so far: in memory while it is little, in files once it is more. One
 * thread writes; any number read, also after the end, while they hold on to it. Thread-safe.
 */
public final class AttemptOutput implements AutoCloseable {
    /** The most bytes that are kept in memory. */
    public static final int MEMORY_MAX = 64 << 10;

    private final Supplier<Path> spill;
    private final long limitBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final SpoolPart output = new SpoolPart();
    private final SpoolPart error = new SpoolPart();
    private final SpoolPart files = new SpoolPart();
    private boolean spilled;
    private boolean ended;
    private int holders = 1;

    /**
     * @param spill the name that files get for a moment, without the ending; nothing is there
     * @param limitBytes the most bytes that are kept of all outputs together
     */
    public AttemptOutput(Path spill, long limitBytes) {
        this(() -> spill, limitBytes);
    }

    /**
     * @param spill makes that name, once, when it is needed
     */
    AttemptOutput(Supplier<Path> spill, long limitBytes) {
        this.spill = spill;
        this.limitBytes = limitBytes;
    }

    /**
     * Takes the next bytes; those above the limit are dropped, and so are any after the end.
     *
     * @return whether all were within the limit
     * @throws IOException if they cannot be written to the disk
     */
    public boolean append(Channel channel, ByteBuffer bytes) throws IOException {
        lock.lock();
        try {
            if (ended) {
                return true;
            }
            long room = limitBytes - total();
            boolean fits = bytes.remaining() <= room;
            if (!fits) {
                bytes.limit(bytes.position() + (int) room);
            }
            if (!spilled && total() + bytes.remaining() > MEMORY_MAX) {
                spilled = true;
                Path name = spill.get();
                output.spill(Path.of(name + ".out"));
                error.spill(Path.of(name + ".err"));
                files.spill(Path.of(name + ".files"));
            }
            part(channel).append(bytes);
            news.signalAll();
            return fits;
        } finally {
            lock.unlock();
        }
    }

    /** Says that no more bytes come. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no more bytes come. */
    public boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** CRC32C of all bytes; only after the end. */
    public int checksum(Channel channel) {
        lock.lock();
        try {
            return part(channel).checksums().whole();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there are no bytes by now, of no output. */
    public boolean isEmpty() {
        lock.lock();
        try {
            return total() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes there are by now. */
    public long length(Channel channel) {
        lock.lock();
        try {
            return part(channel).length();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads what is there from a position on.
     *
     * @return how many bytes; 0 when there are none by now
     */
    public int read(Channel channel, long position, ByteBuffer into) throws IOException {
        lock.lock();
        try {
            long there = part(channel).length() - position;
            int count = Math.clamp(there, 0, into.remaining());
            if (count > 0) {
                part(channel).read(position, into, count);
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the task has said more than a reader knows, or the end, or for so long.
     *
     * @param known the length of standard output and standard error together, as the reader has
     *     seen them
     */
    public void awaitNews(long known, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (!ended && said() <= known && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Holds on to the bytes: they stay until each holder has closed this. */
    public AttemptOutput hold() {
        lock.lock();
        try {
            holders++;
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the bytes. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            holders--;
            if (holders == 0) {
                output.close();
                error.close();
                files.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What a record of these outputs says; only after the end. */
    RecordHeader header(RecordHeader.Kind kind, int task, int attempt) {
        lock.lock();
        try {
            return new RecordHeader(
                    kind,
                    task,
                    attempt,
                    output.extent(),
                    error.extent(),
                    files.extent(),
                    tableBytes());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the bytes are few and in memory. */
    public boolean isSmall() {
        lock.lock();
        try {
            return !spilled;
        } finally {
            lock.unlock();
        }
    }

    /** Puts all bytes into a buffer that has room for them; only after the end. */
    void putInto(ByteBuffer buffer) throws IOException {
        lock.lock();
        try {
            output.putInto(buffer);
            error.putInto(buffer);
            files.putInto(buffer);
        } finally {
            lock.unlock();
        }
    }

    /** Writes all bytes into a file at a position; only after the end. */
    void writeTo(FileChannel target, long position) throws IOException {
        // Without the lock, which readers need meanwhile: after the end nothing changes any more.
        output.writeTo(target, position);
        error.writeTo(target, position + output.length());
        files.writeTo(target, position + output.length() + error.length());
        SpoolPart.writeFully(target, table(), position + total());
    }

    private int tableBytes() {
        return BlockChecksums.tableBytes(output.length(), error.length(), files.length());
    }

    private ByteBuffer table() {
        int length = tableBytes();
        ByteBuffer table = ByteBuffer.allocate(length);
        if (length > 0) {
            output.checksums().writeTo(table);
            error.checksums().writeTo(table);
            files.checksums().writeTo(table);
        }
        return table.flip();
    }

    private long total() {
        return said() + files.length();
    }

    private long said() {
        return output.length() + error.length();
    }

    private SpoolPart part(Channel channel) {
        return switch (channel) {
            case STDOUT -> output;
            case STDERR -> error;
            case FILES -> files;
        };
    }
}
