package dev.atoll.worker.execution;

import java.nio.ByteBuffer;

/** Takes what a process writes. */
public interface OutputSink {
    /** Standard output or standard error. */
    enum Stream {
        /** Standard output. */
        STDOUT,
        /** Standard error. */
        STDERR
    }

    /**
     * Takes some bytes, one call at a time. The process waits meanwhile, once its pipe is full.
     *
     * @param bytes valid during the call only
     */
    void accept(Stream stream, ByteBuffer bytes);
}
