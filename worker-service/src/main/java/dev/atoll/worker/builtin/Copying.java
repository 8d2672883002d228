package dev.atoll.worker.builtin;

import dev.atoll.worker.execution.OutputSink;

import java.nio.ByteBuffer;

/** Writes what it reads. */
record Copying(OutputSink sink) implements Program {
    @Override
    public void accept(ByteBuffer bytes) {
        sink.accept(OutputSink.Stream.STDOUT, bytes);
    }

    @Override
    public void end() {}
}
