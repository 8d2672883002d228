package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a run are. */
public interface RunSource {
    /** How many bytes there are. */
    long length();

    /** Fills a buffer with the bytes from a position on. */
    void read(long position, ByteBuffer into) throws IOException;

    /** How to say that they are not what was written. */
    IOException damaged(String detail);
}
