package dev.atoll.system.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that runs, with everything it says. To be closed: it is killed if it still runs. */
final class Invocation implements AutoCloseable {
    /* Far longer than anything takes: a test that hangs must end and say what it waits for. */
    private static final long SECONDS_MAX = 600;

    private final Process process;
    private final StringBuffer err = new StringBuffer();
    private final java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    private final CompletableFuture<Void> outEnd;
    private final CompletableFuture<Void> errEnd;

    /**
     * What a command has said and how it has ended.
     *
     * @param exitCode as the shell sees it
     * @param bytes of standard output
     * @param err standard error
     */
    record Ended(int exitCode, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    Invocation(ProcessBuilder builder) throws IOException {
        this.process = builder.start();
        this.outEnd = reading(process.getInputStream(), this::keepOut);
        this.errEnd =
                reading(
                        process.getErrorStream(),
                        (bytes, length) ->
                                err.append(new String(bytes, 0, length, StandardCharsets.UTF_8)));
    }

    private interface Keeper {
        void keep(byte[] bytes, int length);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Standard output so far. */
    String outSoFar() {
        synchronized (out) {
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    /** Standard error so far. */
    String errSoFar() {
        return err.toString();
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    /** Sends a signal, by name. */
    void signal(String name) throws IOException, InterruptedException {
        int exitCode =
                new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        if (exitCode != 0) {
            throw new IOException("kill -" + name + " ended with " + exitCode);
        }
    }

    /** Waits for the end. */
    Ended end() throws InterruptedException {
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "still running after %d s; it said:%n%s%n%s"
                            .formatted(SECONDS_MAX, outSoFar(), errSoFar()));
        }
        outEnd.join();
        errEnd.join();
        synchronized (out) {
            return new Ended(process.exitValue(), out.toByteArray(), err.toString());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void keepOut(byte[] bytes, int length) {
        synchronized (out) {
            out.write(bytes, 0, length);
        }
    }

    private static CompletableFuture<Void> reading(InputStream stream, Keeper keeper) {
        return CompletableFuture.runAsync(
                () -> {
                    byte[] buffer = new byte[64 << 10];
                    try (stream) {
                        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                            keeper.keep(buffer, n);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }
}
