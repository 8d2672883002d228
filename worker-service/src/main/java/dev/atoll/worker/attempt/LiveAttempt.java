package dev.atoll.worker.attempt;

import dev.atoll.core.model.Failure;
import dev.atoll.worker.execution.RunningProcess;
import dev.atoll.worker.segment.AttemptOutput;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** An attempt from the agent's wish to its end: what others may do to it meanwhile. Thread-safe. */
public final class LiveAttempt {
    private static final int SIGKILL = 9;

    /** HUP, INT, QUIT, KILL and TERM. */
    private static final Set<Integer> STOPS = Set.of(1, 2, 3, SIGKILL, 15);

    private final AttemptKey key;
    private final AttemptOutput output;
    private final Optional<PipedOutput> pipe;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<Optional<Failure>> ended = new CompletableFuture<>();
    private final AttachedInput attachedInput = new AttachedInput(this);
    private final Object lock = new Object();
    private final List<Integer> signalsBeforeStart = new ArrayList<>();
    private @Nullable RunningProcess process;
    private Optional<Failure> verdict = Optional.empty();
    private @Nullable Attached attached;
    private boolean killed;
    private boolean stopped;
    private boolean cutShort;
    private long startedAtNanos;

    LiveAttempt(AttemptKey key, AttemptOutput output) {
        this(key, output, Optional.empty());
    }

    LiveAttempt(AttemptKey key, AttemptOutput output, Optional<PipedOutput> pipe) {
        this.key = key;
        this.output = output;
        this.pipe = pipe;
    }

    /** Which attempt. */
    public AttemptKey key() {
        return key;
    }

    /** What it has written so far. */
    public AttemptOutput output() {
        return output;
    }

    /** Where its standard output goes, if that is not kept. */
    public Optional<PipedOutput> pipe() {
        return pipe;
    }

    /** Done when the process runs; also when it never will. */
    public CompletableFuture<Void> started() {
        return started;
    }

    /** Done when the attempt has ended and its outputs are kept; how it failed, if it did. */
    public CompletableFuture<Optional<Failure>> ended() {
        return ended;
    }

    /** Sends a signal to everything that it has started; before that, keeps it for the start. */
    public void signal(int signal) {
        synchronized (lock) {
            killed |= signal == SIGKILL;
            stopped |= STOPS.contains(signal);
            if (process == null) {
                signalsBeforeStart.add(signal);
            } else {
                process.signal(signal);
            }
        }
    }

    /** Sends a signal as the worker's own: from now on, what it writes is not all. */
    void stop(int signal) {
        synchronized (lock) {
            cutShort = true;
        }
        signal(signal);
    }

    /** Whether this worker has ended it, however it has taken that. */
    boolean isCutShort() {
        synchronized (lock) {
            return cutShort || killed;
        }
    }

    /** One who is attached. */
    public interface Attached {
        /** The term of the master through which it is. */
        long epoch();

        /** A master of a higher term has attached another one in its place. */
        void replaced();
    }

    /**
     * Takes the attempt for one who attaches; false if somebody has it. A master that froze may be
     * attached still when the next one leads; that one takes its place.
     */
    public boolean attach(Attached next) {
        @Nullable Attached before;
        synchronized (lock) {
            before = attached;
            if (before != null && before.epoch() >= next.epoch()) {
                return false;
            }
            attached = next;
        }
        if (before != null) {
            before.replaced();
        }
        return true;
    }

    /** Gives the attempt free for another, if it is this one's. */
    @SuppressWarnings("ReferenceEquality") // Two may be alike.
    public void detach(Attached leaving) {
        synchronized (lock) {
            if (attached == leaving) {
                attached = null;
            }
        }
    }

    /** Standard input from whoever attaches. */
    public AttachedInput attachedInput() {
        return attachedInput;
    }

    /** The standard input of the process; empty before it runs. */
    Optional<OutputStream> input() {
        synchronized (lock) {
            return Optional.ofNullable(process).map(RunningProcess::input);
        }
    }

    /** The signal that told it to stop before it has started, so that it need not start at all. */
    Optional<Integer> stopBeforeStart() {
        synchronized (lock) {
            return signalsBeforeStart.stream().filter(STOPS::contains).findFirst();
        }
    }

    /** The process runs. */
    void runs(RunningProcess running) {
        synchronized (lock) {
            process = running;
            startedAtNanos = System.nanoTime();
            signalsBeforeStart.forEach(running::signal);
        }
        pipe.ifPresent(it -> it.runs(running.output()));
        started.complete(null);
    }

    /**
     * The worker gives the attempt up: it is killed, and has failed so, whatever it says itself.
     */
    void giveUp(Failure failure) {
        synchronized (lock) {
            if (verdict.isEmpty()) {
                verdict = Optional.of(failure);
            }
        }
        signal(SIGKILL);
    }

    /** Why the worker has given it up, if it has. */
    Optional<Failure> verdict() {
        synchronized (lock) {
            return verdict;
        }
    }

    /** Whether it was sent KILL from here. */
    boolean isKilled() {
        synchronized (lock) {
            return killed;
        }
    }

    /** Whether it was told to stop from here, whatever it made of that. */
    boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    /** How long its process has run by now; zero if there was none. */
    Duration runTime() {
        synchronized (lock) {
            return process == null
                    ? Duration.ZERO
                    : Duration.ofNanos(System.nanoTime() - startedAtNanos);
        }
    }

    /** It has ended. */
    void end(Optional<Failure> failure) {
        output.end();
        started.complete(null);
        ended.complete(failure);
    }

    /** Nobody needs its output any more. */
    void close() throws IOException {
        output.close();
    }
}
