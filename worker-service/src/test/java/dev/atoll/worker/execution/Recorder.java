package dev.atoll.worker.execution;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Keeps what a process writes, and may act on what it says on standard output. */
final class Recorder implements OutputSink {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private final Consumer<String> listener;

    Recorder() {
        this(_ -> {});
    }

    /** Calls the listener with all of standard output, each time that there is more of it. */
    Recorder(Consumer<String> listener) {
        this.listener = listener;
    }

    @Override
    public void accept(Stream stream, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        switch (stream) {
            case STDOUT -> {
                output.writeBytes(copy);
                listener.accept(output());
            }
            case STDERR -> error.writeBytes(copy);
        }
    }

    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    byte[] outputBytes() {
        return output.toByteArray();
    }

    String error() {
        return error.toString(StandardCharsets.UTF_8);
    }
}
