package dev.atoll.worker.execution;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** The native memory that watching one process takes; used again for the next one. */
final class NativeRoom {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int WATCHED_MAX = 3;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int NEWS_OFFSET = 6;
    private static final short POLLIN = 1;

    private final Libc.Scratch scratch;
    private final MemorySegment watched;
    private final MemorySegment buffer;
    private final ByteBuffer bufferView;

    NativeRoom() {
        Arena arena = Arena.ofAuto();
        scratch = Libc.Scratch.in(arena);
        watched = arena.allocate((long) WATCHED_MAX * POLLFD_BYTES, Long.BYTES);
        buffer = arena.allocate(BUFFER_BYTES);
        bufferView = buffer.asByteBuffer();
    }

    Libc.Scratch scratch() {
        return scratch;
    }

    /** Watches a descriptor at a position, 0 to 2; -1: none. */
    void watch(int position, int descriptor) {
        long at = (long) position * POLLFD_BYTES;
        watched.set(JAVA_INT, at, descriptor);
        watched.set(JAVA_SHORT, at + EVENTS_OFFSET, POLLIN);
        watched.set(JAVA_SHORT, at + NEWS_OFFSET, (short) 0);
    }

    /** Whether a descriptor is watched at a position. */
    boolean watches(int position) {
        return watched.get(JAVA_INT, (long) position * POLLFD_BYTES) >= 0;
    }

    /** Waits for news of the first so many positions; -1 millis: for ever. */
    boolean await(int positions, int millis) throws Libc.ErrnoException {
        return Libc.poll(watched, positions, millis, scratch) > 0;
    }

    /** Whether the wait brought news of a position: bytes, an end, or an error. */
    boolean hasNews(int position) {
        return watched.get(JAVA_SHORT, (long) position * POLLFD_BYTES + NEWS_OFFSET) != 0;
    }

    /** Reads what is there at a position; empty at the end. Valid until the next read. */
    ByteBuffer read(int position) throws Libc.ErrnoException {
        int descriptor = watched.get(JAVA_INT, (long) position * POLLFD_BYTES);
        int count = Libc.read(descriptor, buffer, scratch);
        return bufferView.clear().limit(count);
    }
}
