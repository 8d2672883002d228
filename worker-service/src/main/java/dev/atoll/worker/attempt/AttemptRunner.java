package dev.atoll.worker.attempt;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.agent.AgentEvent.AttemptEnded;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Failure.Kind;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.worker.disk.DiskTrouble;
import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.ProcessStarter;
import dev.atoll.worker.execution.RunningProcess;
import dev.atoll.worker.files.NotLeftException;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.Spool;
import dev.atoll.worker.shuffle.RecordTooLongException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs attempts, each on a thread of its own, and tells of the end of each, once, when its outputs
 * are kept.
 */
public final class AttemptRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);
    private static final int SIGKILL = 9;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

    private final ProcessStarter starter;
    private final Preparer preparer;
    private final InputFeeder feeder;
    private final SegmentStore segments;
    private final LiveAttempts live;
    private final AttemptMetrics metrics;
    private final MemoryWatch memory;
    private final Spool spool;
    private final RecordRoom records;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("attempt-", 0).factory());

    /**
     * What attempts are run with.
     *
     * @param spool has room for outputs that are too large for memory
     * @param records where records are sorted
     */
    public record Tools(
            ProcessStarter starter,
            Preparer preparer,
            InputFeeder feeder,
            SegmentStore segments,
            LiveAttempts live,
            AttemptMetrics metrics,
            MemoryWatch memory,
            Spool spool,
            RecordRoom records) {}

    public AttemptRunner(Tools tools) {
        this.starter = tools.starter();
        this.preparer = tools.preparer();
        this.feeder = tools.feeder();
        this.segments = tools.segments();
        this.live = tools.live();
        this.metrics = tools.metrics();
        this.memory = tools.memory();
        this.spool = tools.spool();
        this.records = tools.records();
    }

    /** Starts an attempt and returns at once. */
    public void start(StartAttempt start, Consumer<AttemptEnded> listener) {
        AttemptKey key = new AttemptKey(start.task(), start.attempt());
        TaskTemplate task = start.spec().task();
        // Of records the limit counts as they come, and not as they are kept.
        long limitBytes = task.shuffle().isPresent() ? Long.MAX_VALUE : task.outputLimitBytes();
        LiveAttempt attempt =
                new LiveAttempt(
                        key, spool.output(limitBytes), task.pipe().map(_ -> new PipedOutput()));
        live.add(attempt);
        threads.execute(() -> run(start, attempt, listener));
    }

    /** Sends a signal to an attempt; one that has ended does not mind. */
    public void signal(AttemptKey key, int signal) {
        live.find(key).ifPresent(attempt -> attempt.stop(signal));
    }

    /** Kills every attempt that runs, and waits until what it wrote is kept, for some seconds. */
    @Override
    public void close() {
        threads.shutdown();
        live.running().forEach(attempt -> attempt.signal(SIGKILL));
        try {
            if (!threads.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("some attempts do not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(StartAttempt start, LiveAttempt attempt, Consumer<AttemptEnded> listener) {
        Optional<Failure> failure;
        Duration runTime = Duration.ZERO;
        try (OutputCapture capture = capture(start.spec().task(), attempt)) {
            failure = attempt(start, attempt, capture);
            if (failure.isEmpty()) {
                failure = complete(attempt, capture);
            }
            failure = endPipe(start.spec().task(), attempt, failure);
            runTime = attempt.runTime();
            failure = keep(start, attempt, failure);
        } catch (RuntimeException | Error e) {
            // The agent waits for the end of each attempt, so not even a defect may swallow one.
            LOG.error("running {} failed", attempt.key(), e);
            failure = Optional.of(trouble("the worker failed: " + e));
        }
        metrics.ended(1, failure);
        boolean isSilent = attempt.output().isEmpty();
        TaskTemplate task = start.spec().task();
        boolean isAttached = task.input() instanceof TaskTemplate.Input.Attached || task.isPiped();
        attempt.end(failure);
        live.ended(attempt, isAttached);
        listener.accept(
                new AttemptEnded(start.task(), start.attempt(), failure, runTime, isSilent));
    }

    /**
     * Waits until the reader of a pipe has got everything. Returns how the attempt failed, or not.
     */
    private static Optional<Failure> endPipe(
            TaskTemplate task, LiveAttempt attempt, Optional<Failure> failure) {
        if (attempt.pipe().isEmpty()) {
            return failure;
        }
        // A reader must not take for all of it what came until somebody stopped the writer.
        Optional<Failure> broken =
                attempt.isCutShort()
                        ? failure.or(() -> Optional.of(Failure.of(Kind.CANCELLED)))
                        : failure.filter(it -> !isOwnEnd(it));
        try {
            attempt.pipe().get().end(broken, attempt::isKilled, attempt::isStopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean counts = task.pipe().map(TaskTemplate.Pipe::exitCounts).orElse(true);
        return counts || attempt.isStopped() ? failure : broken;
    }

    private static boolean isOwnEnd(Failure failure) {
        return failure.kind() == Kind.EXIT || failure.kind() == Kind.SIGNAL;
    }

    private OutputCapture capture(TaskTemplate task, LiveAttempt attempt) {
        return task.shuffle()
                .<OutputCapture>map(shuffle ->
                        new OutputCapture.Records(
                                records.take(), shuffle, attempt.output(), task.outputLimitBytes()))
                .orElseGet(() -> new OutputCapture.Plain(attempt.output()));
    }

    /** Takes in the rest of what an attempt that has succeeded wrote. */
    private static Optional<Failure> complete(LiveAttempt attempt, OutputCapture capture) {
        try {
            capture.end();
        } catch (IOException e) {
            attempt.giveUp(captureFailure(e));
        }
        return attempt.verdict();
    }

    private Optional<Failure> attempt(
            StartAttempt start, LiveAttempt attempt, OutputCapture capture) {
        try (Preparation preparation = preparer.prepare(start, attempt::isStopped)) {
            Optional<Integer> stop = attempt.stopBeforeStart();
            if (stop.isPresent()) {
                return Optional.of(new Failure(Kind.SIGNAL, stop.get(), ""));
            }
            long began = System.nanoTime();
            return switch (starter.start(preparation.launch())) {
                case ProcessStarter.Outcome.Refused(Failure failure) -> Optional.of(failure);
                case ProcessStarter.Outcome.Started(RunningProcess process) -> {
                    metrics.spawned(Duration.ofNanos(System.nanoTime() - began));
                    try (MemoryWatch.Watching _ = watchMemory(start, process, attempt)) {
                        Optional<Failure> failure =
                                watch(process, attempt, preparation.fed(), capture);
                        yield failure.isPresent()
                                ? failure
                                : keepFiles(attempt, preparation, capture);
                    }
                }
            };
        } catch (UnpreparedException e) {
            LOG.debug("{} cannot start", attempt.key(), e);
            return Optional.of(e.failure());
        }
    }

    private Optional<Failure> watch(
            RunningProcess process,
            LiveAttempt attempt,
            Optional<FedInput> fed,
            OutputCapture capture) {
        attempt.runs(process);
        try (InputFeeder.Feed _ = feeder.feed(fed, process, attempt)) {
            ProcessEnd end =
                    process.await(
                            (stream, bytes) -> take(attempt, capture, channel(stream), bytes));
            return attempt.verdict().or(() -> failure(attempt, end));
        } catch (IOException e) {
            LOG.warn("cannot watch {}", attempt.key(), e);
            return Optional.of(trouble("a process could not be watched"));
        }
    }

    private void take(
            LiveAttempt attempt, OutputCapture capture, Channel channel, ByteBuffer bytes) {
        metrics.wrote(bytes.remaining());
        try {
            if (!capture.append(channel, bytes)) {
                attempt.giveUp(Failure.of(Kind.OUTPUT_LIMIT));
            }
        } catch (IOException e) {
            attempt.giveUp(captureFailure(e));
        }
    }

    /** Puts the files that the attempt was to leave among its outputs. */
    private Optional<Failure> keepFiles(
            LiveAttempt attempt, Preparation preparation, OutputCapture capture) {
        try {
            if (preparation.left().copyTo(bytes -> takeFiles(attempt, capture, bytes))) {
                return Optional.empty();
            }
            return attempt.verdict().or(() -> Optional.of(new Failure(Kind.SIGNAL, SIGKILL, "")));
        } catch (NotLeftException e) {
            LOG.debug("{} has not left its files", attempt.key(), e);
            return Optional.of(new Failure(Kind.OUTPUT_MISSING, 0, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            LOG.warn("cannot keep the files of {}", attempt.key(), e);
            return Optional.of(trouble(DiskTrouble.describe(e)));
        }
    }

    /** Whether the attempt may go on. */
    private boolean takeFiles(LiveAttempt attempt, OutputCapture capture, ByteBuffer bytes)
            throws IOException {
        metrics.wrote(bytes.remaining());
        if (!capture.append(Channel.FILES, bytes)) {
            attempt.giveUp(new Failure(Kind.OUTPUT_LIMIT, 0, "with the files that it left"));
        }
        return !attempt.isKilled();
    }

    private static Failure captureFailure(IOException e) {
        return e instanceof RecordTooLongException
                ? new Failure(Kind.OUTPUT_LIMIT, 0, String.valueOf(e.getMessage()))
                : trouble(DiskTrouble.describe(e));
    }

    /** Keeps what the attempt wrote; what cannot be kept has not succeeded. */
    private Optional<Failure> keep(
            StartAttempt start, LiveAttempt attempt, Optional<Failure> failure) {
        attempt.output().end();
        try {
            segments.append(start.task(), start.attempt(), failure.isEmpty(), attempt.output());
            return failure;
        } catch (IOException e) {
            LOG.warn("cannot keep the output of {}", attempt.key(), e);
            return failure.or(() -> Optional.of(trouble(DiskTrouble.describe(e))));
        }
    }

    private Optional<Failure> failure(LiveAttempt attempt, ProcessEnd end) {
        return switch (end) {
            case ProcessEnd.Exited(int code) ->
                    code == 0 ? Optional.empty() : Optional.of(new Failure(Kind.EXIT, code, ""));
            case ProcessEnd.Failed(Failure failure) -> Optional.of(failure);
            case ProcessEnd.Signalled(int signal) -> {
                boolean byKernel =
                        signal == SIGKILL && !attempt.isKilled() && memory.kernelHasKilled();
                yield Optional.of(
                        byKernel
                                ? new Failure(
                                        Kind.OUT_OF_MEMORY, 0, "the machine had no memory left")
                                : new Failure(Kind.SIGNAL, signal, ""));
            }
        };
    }

    /** Kills the attempt if it takes more memory than it has asked for; 0 means: not counted. */
    private MemoryWatch.Watching watchMemory(
            StartAttempt start, RunningProcess process, LiveAttempt attempt) {
        long limit = start.spec().need().memoryBytes();
        return limit == 0 || process.pid() == RunningProcess.WITHIN
                ? () -> {}
                : memory.watch(
                        process.pid(), limit, peak -> attempt.giveUp(outOfMemory(peak, limit)));
    }

    /* Rounded up to the next eighth of the limit: equal failures are grouped. */
    private static Failure outOfMemory(long peak, long limit) {
        long step = Math.max(1 << 20, limit / 8);
        long rounded = Math.ceilDiv(peak, step) * step;
        return new Failure(
                Kind.OUT_OF_MEMORY,
                0,
                "it took up to %d MiB and had asked for %d MiB"
                        .formatted(rounded >> 20, limit >> 20));
    }

    private static Failure trouble(String detail) {
        return new Failure(Kind.WORKER_TROUBLE, 0, detail);
    }

    private static Channel channel(OutputSink.Stream stream) {
        return switch (stream) {
            case STDOUT -> Channel.STDOUT;
            case STDERR -> Channel.STDERR;
        };
    }
}
