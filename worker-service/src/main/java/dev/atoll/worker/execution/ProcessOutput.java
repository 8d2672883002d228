package dev.atoll.worker.execution;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Standard output of a process that somebody else reads than whoever awaits its end. */
public interface ProcessOutput extends AutoCloseable {
    /** How many bytes are read at once, at most. */
    int PIECE_BYTES = 64 << 10;

    /**
     * Waits for bytes and reads what is there, without a wait for more. Blocks a platform thread.
     *
     * @param into has room for {@link #PIECE_BYTES}
     * @param patience how long to wait
     * @return how many bytes, 0 if none have come; -1 at the end
     */
    int read(ByteBuffer into, Duration patience) throws IOException;

    /** Reads no more: a process that still writes gets SIGPIPE. Idempotent. */
    @Override
    void close();
}
