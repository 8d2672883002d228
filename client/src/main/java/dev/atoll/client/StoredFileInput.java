package dev.atoll.client;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The contents of a file in the cluster. Some blocks are fetched before they are wanted. */
final class StoredFileInput extends InputStream {
    /* So many blocks of up to 16 MiB lie in memory. */
    private static final int BLOCKS_AHEAD = 4;

    private final String name;
    private final BlobClient blobs;
    private final Iterator<BlobRef> blocks;
    private final Queue<Future<byte[]>> fetched = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private byte[] present = new byte[0];
    private int position;

    StoredFileInput(String name, BlobClient blobs, List<BlobRef> blocks) {
        this.name = name;
        this.blobs = blobs;
        this.blocks = blocks.iterator();
    }

    @Override
    public int read() throws IOException {
        return fill() ? present[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, present.length - position);
        System.arraycopy(present, position, target, offset, count);
        position += count;
        return count;
    }

    /** The rest of the block at hand, or the next; empty at the end. */
    @Override
    public long transferTo(java.io.OutputStream out) throws IOException {
        long count = 0;
        while (fill()) {
            out.write(present, position, present.length - position);
            count += present.length - position;
            position = present.length;
        }
        return count;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private boolean fill() throws IOException {
        while (position == present.length) {
            while (fetched.size() < BLOCKS_AHEAD && blocks.hasNext()) {
                BlobRef block = blocks.next();
                fetched.add(threads.submit(() -> blobs.read(block)));
            }
            Future<byte[]> next = fetched.poll();
            if (next == null) {
                return false;
            }
            present = await(next);
            position = 0;
        }
        return true;
    }

    private byte[] await(Future<byte[]> block) throws IOException {
        try {
            return block.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case NotFoundException lost -> throw StoredFiles.damaged(name, lost);
                case IOException io -> throw io;
                case RuntimeException known -> throw known;
                case null, default -> throw new IOException(e);
            }
        }
    }
}
