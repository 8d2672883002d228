package dev.atoll.worker.execution;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The read end of the pipe that is standard output of a process. */
final class SpawnedOutput implements ProcessOutput {
    /* A read that waits would keep the pipe open while it is closed elsewhere; a poll does not, as it
     * comes back soon. The lock keeps a number from being closed, and given to another file, in
     * between. */
    private static final int POSITION = 0;
    private static final int CLOSED = -1;

    private final NativeRoom room = new NativeRoom();
    private int descriptor; // Guarded by this.

    SpawnedOutput(int descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public synchronized int read(ByteBuffer into, Duration patience) throws IOException {
        if (descriptor == CLOSED) {
            return -1;
        }
        room.watch(POSITION, descriptor);
        if (!room.await(1, Math.toIntExact(patience.toMillis()))) {
            return 0;
        }
        ByteBuffer bytes = room.read(POSITION);
        int count = bytes.remaining();
        into.put(bytes);
        return count == 0 ? -1 : count;
    }

    @Override
    public synchronized void close() {
        if (descriptor != CLOSED) {
            Libc.close(descriptor);
            descriptor = CLOSED;
        }
    }
}
