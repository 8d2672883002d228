package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a run go. */
@FunctionalInterface
public interface RunSink {
    /** Takes the next bytes. */
    void write(ByteBuffer bytes) throws IOException;
}
