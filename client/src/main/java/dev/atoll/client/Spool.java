package dev.atoll.client;

import org.jspecify.annotations.Nullable;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that are written and then read once: a few in memory, more in a temporary file. */
final class Spool extends OutputStream {
    private static final int MEMORY_BYTES_MAX = 16 << 20;

    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable Path file;
    private @Nullable OutputStream fileOut;

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (memory.size() + length > MEMORY_BYTES_MAX) {
            spill();
        }
        memory.write(bytes, offset, length);
    }

    /** Reads everything from the first byte on. Nothing is written any more. */
    InputStream read() throws IOException {
        if (fileOut == null || file == null) {
            return new ByteArrayInputStream(memory.toByteArray());
        }
        spill();
        fileOut.flush();
        return Files.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        if (fileOut != null) {
            fileOut.close();
        }
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private void spill() throws IOException {
        OutputStream out = fileOut;
        if (out == null) {
            Path created = Files.createTempFile("atoll-items", "");
            file = created;
            out = new BufferedOutputStream(Files.newOutputStream(created));
            fileOut = out;
        }
        memory.writeTo(out);
        memory.reset();
    }
}
