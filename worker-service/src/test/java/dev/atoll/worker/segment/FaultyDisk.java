package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file on a disk that can be told to fail. What a failed sync did not write is lost, whatever
 * later ones say; reads do not show that until the power is cut.
 */
final class FaultyDisk extends FileChannel {
    private final FileChannel file;
    private final List<Span> dirty = new ArrayList<>();
    private byte[] durable = new byte[0];
    private Action duringSync = () -> {};
    private Action duringTransfer = () -> {};
    private boolean failsSyncs;
    private boolean failsWrites;
    private boolean failsReads;

    private record Span(long position, int length) {}

    /** Something that happens meanwhile. */
    interface Action {
        void run() throws IOException;
    }

    private FaultyDisk(FileChannel file) {
        this.file = file;
    }

    static FaultyDisk open(Path file) throws IOException {
        return new FaultyDisk(
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    void failSyncs(boolean fails) {
        failsSyncs = fails;
    }

    void failWrites(boolean fails) {
        failsWrites = fails;
    }

    void failReads(boolean fails) {
        failsReads = fails;
    }

    /** Does something during the next sync, which covers only what was written before. */
    void duringSync(Action action) {
        duringSync = action;
    }

    /** Does something before the bytes of the next large output come. */
    void duringTransfer(Action action) {
        duringTransfer = action;
    }

    /** Closes the file and leaves in it what a power cut leaves. */
    void cutPower(Path path) throws IOException {
        close();
        Files.write(path, durable);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        List<Span> covered = List.copyOf(dirty);
        dirty.clear();
        Action action = duringSync;
        duringSync = () -> {};
        action.run();
        if (failsSyncs) {
            throw new IOException("the disk does not sync");
        }
        file.force(metaData);
        for (Span span : covered) {
            int end = (int) (span.position() + span.length());
            durable = Arrays.copyOf(durable, Math.max(durable.length, end));
            file.read(
                    ByteBuffer.wrap(durable, (int) span.position(), span.length()),
                    span.position());
        }
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        if (failsWrites) {
            throw new IOException("the disk does not write");
        }
        int count = file.write(from, position);
        dirty.add(new Span(position, count));
        return count;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return file.read(into);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return file.read(into, offset, length);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (failsReads) {
            throw new IOException("the disk does not read");
        }
        return file.read(into, position);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return file.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return file.write(from, offset, length);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        return file.position(position);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        return file.truncate(size);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
            throws IOException {
        return file.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
            throws IOException {
        Action action = duringTransfer;
        duringTransfer = () -> {};
        action.run();
        long done = file.transferFrom(source, position, count);
        dirty.add(new Span(position, (int) done));
        return done;
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return file.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
