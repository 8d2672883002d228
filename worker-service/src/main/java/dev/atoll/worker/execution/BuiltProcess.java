package dev.atoll.worker.execution;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** A process that {@link ProcessBuilderStarter} has started. */
final class BuiltProcess implements RunningProcess {
    private static final Logger LOG = LoggerFactory.getLogger(BuiltProcess.class);
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int SIGKILL = 9;
    private static final int SIGNAL_BASE = 128;
    private static final int SIGNAL_MAX = 31;
    private static final Duration LAST_WORDS = Duration.ofMillis(250);
    private static final Duration AFTER_KILL = Duration.ofSeconds(2);

    private final Process process;
    private final Marker marker;
    private final ProcessTree tree;
    private final boolean leadsSession;
    private final boolean isPiped;
    private final Lock sinkLock = new ReentrantLock();
    private volatile boolean killed;

    BuiltProcess(
            Process process,
            Marker marker,
            ProcessTree tree,
            boolean leadsSession,
            boolean isPiped) {
        this.process = process;
        this.isPiped = isPiped;
        this.marker = marker;
        this.tree = tree;
        this.leadsSession = leadsSession;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public OutputStream input() {
        return process.getOutputStream();
    }

    @Override
    public Optional<ProcessOutput> output() {
        return isPiped ? Optional.of(new Output(process.getInputStream())) : Optional.empty();
    }

    /** Standard output; closing it does not wake up whoever reads, before the next bytes come. */
    private record Output(InputStream from) implements ProcessOutput {
        @Override
        public int read(ByteBuffer into, Duration patience) throws IOException {
            byte[] buffer = new byte[into.remaining()];
            int count = from.read(buffer);
            into.put(buffer, 0, Math.max(0, count));
            return count;
        }

        @Override
        public void close() {
            try {
                from.close();
            } catch (IOException e) {
                LOG.debug("cannot close an output", e);
            }
        }
    }

    @Override
    public ProcessEnd await(OutputSink sink) throws IOException {
        InputStream awaited = isPiped ? InputStream.nullInputStream() : process.getInputStream();
        Thread output = pass(OutputSink.Stream.STDOUT, awaited, sink);
        Thread error = pass(OutputSink.Stream.STDERR, process.getErrorStream(), sink);
        try {
            int code = process.waitFor();
            if (!killed) {
                join(output, error, LAST_WORDS);
            }
            tree.kill(pid(), marker);
            join(output, error, AFTER_KILL);
            return end(code);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            signal(SIGKILL);
            tree.kill(pid(), marker);
            throw new IOException("interrupted while a process ran", e);
        }
    }

    @Override
    public void signal(int signal) {
        if (!process.isAlive()) {
            return;
        }
        if (signal == SIGKILL) {
            killed = true;
            killAll();
            return;
        }
        List<String> targets =
                leadsSession
                        ? List.of("-" + pid())
                        : everyone().map(handle -> Long.toString(handle.pid())).toList();
        send(signal, targets);
    }

    /** The main process first, so that it does not see its children die. */
    private void killAll() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private Stream<ProcessHandle> everyone() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()));
    }

    /** Java can send two signals only; the program kill can send them all. */
    private static void send(int signal, List<String> targets) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal, "--"));
        command.addAll(targets);
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.warn("cannot run the program kill", e);
        }
    }

    private Thread pass(OutputSink.Stream stream, InputStream from, OutputSink sink) {
        return Thread.ofPlatform()
                .daemon()
                .name("output-" + pid())
                .start(() -> passAll(stream, from, sink));
    }

    private void passAll(OutputSink.Stream stream, InputStream from, OutputSink sink) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from) {
            int count = from.read(buffer);
            while (count >= 0) {
                sinkLock.lock();
                try {
                    sink.accept(stream, ByteBuffer.wrap(buffer, 0, count));
                } finally {
                    sinkLock.unlock();
                }
                count = from.read(buffer);
            }
        } catch (IOException e) {
            // The stream was closed under the reader: what had come until then was passed on.
            killed = true;
        }
    }

    private static void join(Thread output, Thread error, Duration patience)
            throws InterruptedException {
        if (output.join(patience)) {
            error.join(patience);
        }
    }

    private static ProcessEnd end(int code) {
        int signal = code - SIGNAL_BASE;
        return signal >= 1 && signal <= SIGNAL_MAX
                ? new ProcessEnd.Signalled(signal)
                : new ProcessEnd.Exited(code);
    }
}
