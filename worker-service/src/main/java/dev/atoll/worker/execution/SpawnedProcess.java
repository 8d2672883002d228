package dev.atoll.worker.execution;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A process that {@link PosixSpawnStarter} has started: its own child, leader of its session. */
final class SpawnedProcess implements RunningProcess {
    private static final int OUTPUT = 0;
    private static final int ERROR = 1;
    private static final int LIFE = 2;
    private static final int POSITIONS = 3;
    private static final int FOR_EVER = -1;
    private static final int NONE = -1;

    /* When the main process has ended, a filter that it had started, such as tee, may still be
     * writing its last lines. It gets a moment; a background process that keeps the outputs open
     * does not get more than that. What was killed gives its outputs back at once. */
    private static final Duration LAST_WORDS = Duration.ofMillis(250);
    private static final Duration AFTER_KILL = Duration.ofSeconds(2);

    private final long pid;
    private final Marker marker;
    private final OutputStream input;
    private final Optional<ProcessOutput> output;
    private final Watch watch;
    private final Object life = new Object();
    private boolean ended;
    private volatile boolean killed;

    /**
     * What watching takes: three descriptors, which are closed in the end, and somebody to look
     * after what is left behind.
     *
     * @param output -1 if somebody else reads it
     */
    record Watch(int output, int error, int life, NativeRoom room, PosixSpawnStarter starter) {}

    SpawnedProcess(
            long pid,
            Marker marker,
            OutputStream input,
            Optional<ProcessOutput> output,
            Watch watch) {
        this.pid = pid;
        this.marker = marker;
        this.input = input;
        this.output = output;
        this.watch = watch;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public OutputStream input() {
        return input;
    }

    @Override
    public Optional<ProcessOutput> output() {
        return output;
    }

    @Override
    public ProcessEnd await(OutputSink sink) throws IOException {
        try {
            watch.room().watch(OUTPUT, watch.output());
            watch.room().watch(ERROR, watch.error());
            watch.room().watch(LIFE, watch.life());
            do {
                pass(sink, POSITIONS, FOR_EVER);
            } while (!watch.room().hasNews(LIFE));
            if (!killed) {
                passRest(sink, LAST_WORDS);
            }
            killLeftBehind();
            passRest(sink, AFTER_KILL);
        } catch (IOException | RuntimeException e) {
            killed = true;
            Libc.kill(-pid, Libc.SIGKILL);
            killLeftBehind();
            reap();
            throw e;
        }
        return reap();
    }

    @Override
    public void signal(int signal) {
        synchronized (life) {
            if (!ended) {
                killed |= signal == Libc.SIGKILL;
                Libc.kill(-pid, signal);
            }
        }
    }

    /** Waits for news of the first so many positions and passes on what has come. */
    private boolean pass(OutputSink sink, int positions, int millis) throws IOException {
        boolean news = watch.room().await(positions, millis);
        if (news) {
            pass(sink, OutputSink.Stream.STDOUT, OUTPUT);
            pass(sink, OutputSink.Stream.STDERR, ERROR);
        }
        return news;
    }

    private void pass(OutputSink sink, OutputSink.Stream stream, int position) throws IOException {
        if (watch.room().hasNews(position)) {
            ByteBuffer bytes = watch.room().read(position);
            if (bytes.hasRemaining()) {
                sink.accept(stream, bytes);
            } else {
                watch.room().watch(position, NONE);
            }
        }
    }

    /** Passes outputs on until they end, but not for longer than this. */
    private void passRest(OutputSink sink, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        long left = patience.toNanos();
        while (left > 0 && (watch.room().watches(OUTPUT) || watch.room().watches(ERROR))) {
            pass(sink, LIFE, (int) Math.ceilDiv(left, 1_000_000L));
            left = deadline - System.nanoTime();
        }
    }

    private void killLeftBehind() {
        // The main process is dead and not yet reaped: the number of the group is still ours.
        Libc.kill(-pid, Libc.SIGKILL);
        watch.starter().killLeftBehind(pid, marker, killed, watch.room());
    }

    private ProcessEnd reap() throws IOException {
        synchronized (life) {
            ended = true;
        }
        return watch.starter().reap(this, watch);
    }
}
