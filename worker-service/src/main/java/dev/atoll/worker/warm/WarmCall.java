package dev.atoll.worker.warm;

import com.google.protobuf.ByteString;

import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.RunningProcess;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/** One task in a warm program. To whoever runs attempts it looks like a process. */
final class WarmCall implements RunningProcess {
    private static final int SIGKILL = 9;

    /** HUP, INT, QUIT and TERM: whoever does not catch them ends. */
    private static final Set<Integer> STOPS = Set.of(1, 2, 3, 15);

    private final WarmPool pool;
    private final WarmTask task;
    private final CompletableFuture<ProcessEnd> end = new CompletableFuture<>();
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable OutputSink sink; // Guarded by writing.
    private @Nullable WarmProcess process; // Guarded by this.

    WarmCall(WarmPool pool, WarmTask task) {
        this.pool = pool;
        this.task = task;
    }

    WarmTask task() {
        return task;
    }

    @Override
    public long pid() {
        return WITHIN;
    }

    @Override
    public OutputStream input() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public ProcessEnd await(OutputSink output) throws IOException {
        takeOutput(output);
        pool.place(this);
        try {
            return end.get();
        } catch (InterruptedException e) {
            signal(SIGKILL);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails it", e);
        } finally {
            // Nothing comes from now on, and nothing is on its way.
            takeOutput(null);
        }
    }

    private void takeOutput(@Nullable OutputSink output) {
        writing.lock();
        try {
            sink = output;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void signal(int signal) {
        if (signal != SIGKILL && !STOPS.contains(signal)) {
            return;
        }
        boolean isTold = false;
        while (!isTold && !end.isDone()) {
            // It may be on its way from one process to another.
            isTold = processOrEnd(signal).map(runsIn -> runsIn.stop(this, signal)).orElse(true);
        }
    }

    /** The process that it is in; where there is none, this is its end. */
    private synchronized Optional<WarmProcess> processOrEnd(int signal) {
        if (process == null) {
            end(new ProcessEnd.Signalled(signal));
        }
        return Optional.ofNullable(process);
    }

    // ---- what its process says

    /**
     * It is in the hands of this process now, or, where there is none, of nobody.
     *
     * @return whether it still wants to be run
     */
    synchronized boolean moveTo(@Nullable WarmProcess runsIn) {
        process = runsIn;
        return !end.isDone();
    }

    void wrote(OutputSink.Stream stream, ByteString bytes) {
        writing.lock();
        try {
            if (sink != null && !bytes.isEmpty()) {
                sink.accept(stream, bytes.asReadOnlyByteBuffer());
            }
        } finally {
            writing.unlock();
        }
    }

    void end(ProcessEnd how) {
        end.complete(how);
    }
}
