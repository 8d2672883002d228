package dev.atoll.worker.attempt;

import com.google.protobuf.ByteString;

import dev.atoll.core.agent.AgentCommand.StartBatch;
import dev.atoll.core.agent.AgentEvent.BatchEnd;
import dev.atoll.core.agent.AgentEvent.BatchMoved;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Failure.Kind;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.worker.disk.DiskTrouble;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.segment.AttemptOutput;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.warm.WarmBatch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A batch of tasks from the agent's wish to its end: keeps what they write, and tells of what has
 * ended together. Thread-safe.
 */
final class KeptBatch implements WarmBatch.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(KeptBatch.class);
    private static final int SIGKILL = 9;

    private final StartBatch start;
    private final WarmBatches.Tools tools;
    private final Consumer<BatchMoved> listener;
    private final Consumer<KeptBatch> over;

    /** What tasks that run have written; of those that have written something. Guarded by this. */
    private final Map<Integer, AttemptOutput> outputs = new HashMap<>();

    /** Those of them that others may look at. Guarded by this. */
    private final Map<Integer, LiveAttempt> live = new HashMap<>();

    /** Why the worker has given tasks up. Guarded by this. */
    private final Map<Integer, Failure> verdicts = new HashMap<>();

    private List<Ended> ended = new ArrayList<>(); // Guarded by this.
    private RangeSet returned = new RangeSet(); // Guarded by this.
    private final RangeSet left; // Guarded by this: what the agent has not heard of.
    private final RangeSet going; // Guarded by this: what has neither ended nor been returned.
    private long movedAtNanos = System.nanoTime(); // Guarded by this.
    private @Nullable WarmBatch batch; // Guarded by this.
    private final List<Signal> early = new ArrayList<>(); // Guarded by this.

    private record Ended(int index, Optional<Failure> failure, AttemptOutput output) {}

    private record Signal(Ranges tasks, int number) {}

    /**
     * @param over hears when nothing more comes
     */
    KeptBatch(
            StartBatch start,
            WarmBatches.Tools tools,
            Consumer<BatchMoved> listener,
            Consumer<KeptBatch> over) {
        this.start = start;
        this.tools = tools;
        this.listener = listener;
        this.over = over;
        this.left = new RangeSet(Ranges.between(start.tasks().first(), start.tasks().end()));
        this.going = new RangeSet(Ranges.between(start.tasks().first(), start.tasks().end()));
    }

    StartBatch start() {
        return start;
    }

    // ---- what becomes of it

    /** It begins in a warm program. */
    void begin(WarmBatch made) {
        List<Signal> signals;
        synchronized (this) {
            batch = made;
            signals = List.copyOf(early);
            early.clear();
        }
        signals.forEach(signal -> made.signal(signal.tasks(), signal.number()));
        made.begin();
    }

    /** Sends a signal to some of its tasks, now or once it has begun. */
    void signal(Ranges tasks, int number) {
        @Nullable WarmBatch begun;
        synchronized (this) {
            begun = batch;
            if (begun == null) {
                early.add(new Signal(tasks, number));
            }
        }
        if (begun != null) {
            begun.signal(tasks, number);
        }
    }

    /** It cannot begin: its first task has failed so. */
    void fail(Failure failure) {
        int first = start.tasks().first();
        ended(first, new ProcessEnd.Failed(failure));
        returned(Ranges.between(first + 1, start.tasks().end()));
        paused();
    }

    // ---- what its program says

    @Override
    public void wrote(int index, OutputSink.Stream stream, ByteString bytes) {
        tools.metrics().wrote(bytes.size());
        AttemptOutput output;
        synchronized (this) {
            if (!going.contains(index) || verdicts.containsKey(index)) {
                return;
            }
            output = outputs.computeIfAbsent(index, _ -> newOutput());
        }
        try {
            if (!output.append(channel(stream), bytes.asReadOnlyByteBuffer())) {
                giveUp(index, Failure.of(Kind.OUTPUT_LIMIT));
            }
        } catch (IOException e) {
            giveUp(index, trouble(e));
        }
    }

    private AttemptOutput newOutput() {
        return tools.spool().output(start.spec().task().outputLimitBytes());
    }

    private void giveUp(int index, Failure failure) {
        synchronized (this) {
            verdicts.put(index, failure);
        }
        signal(Ranges.of(index), SIGKILL);
    }

    @Override
    public synchronized void ended(int index, ProcessEnd how) {
        going.remove(index, index + 1);
        AttemptOutput output = outputs.remove(index);
        Failure verdict = verdicts.remove(index);
        ended.add(
                new Ended(
                        index,
                        verdict != null ? Optional.of(verdict) : failure(how),
                        output != null ? output : newOutput()));
    }

    /* What a program says before its hello is heard by whoever is first; that task may go all the same,
     * unless it has said too much. */
    @Override
    public void returned(Ranges indexes) {
        List<Ended> unheard = new ArrayList<>();
        synchronized (this) {
            going.removeAll(indexes);
            for (Map.Entry<Integer, AttemptOutput> it : Map.copyOf(outputs).entrySet()) {
                int index = it.getKey();
                if (!indexes.contains(index)) {
                    continue;
                }
                outputs.remove(index);
                Failure verdict = verdicts.remove(index);
                Ended end = new Ended(index, Optional.ofNullable(verdict), it.getValue());
                (verdict != null ? ended : unheard).add(end);
            }
            RangeSet back = new RangeSet(indexes);
            ended.forEach(end -> back.remove(end.index(), end.index() + 1));
            returned.addAll(back.toRanges());
        }
        unheard.forEach(end -> close(end, Optional.of(Failure.of(Kind.CANCELLED))));
    }

    @Override
    public void paused() {
        List<Ended> now;
        Ranges back;
        Duration runTime;
        synchronized (this) {
            showOutputs();
            now = ended;
            back = returned.toRanges();
            if (now.isEmpty() && back.isEmpty()) {
                return;
            }
            ended = new ArrayList<>();
            returned = new RangeSet();
            long nanos = System.nanoTime();
            runTime = now.isEmpty() ? Duration.ZERO : Duration.ofNanos(nanos - movedAtNanos);
            movedAtNanos = now.isEmpty() ? movedAtNanos : nanos;
        }
        List<BatchEnd> ends = keepOrGiveUp(now);
        listener.accept(new BatchMoved(start.stage(), start.attempt(), ends, back, runTime));
        boolean isOver;
        synchronized (this) {
            now.forEach(it -> left.remove(it.index(), it.index() + 1));
            left.removeAll(back);
            isOver = left.isEmpty();
        }
        if (isOver) {
            over.accept(this);
        }
    }

    /** Whoever wants to see what a task writes finds it, unless the task ends at once. */
    private void showOutputs() {
        outputs.forEach((index, output) -> {
            if (!live.containsKey(index)) {
                LiveAttempt attempt = new LiveAttempt(key(index), output);
                live.put(index, attempt);
                tools.live().add(attempt);
            }
        });
    }

    private AttemptKey key(int index) {
        return new AttemptKey(new TaskRef(start.stage(), index), start.attempt());
    }

    // ---- what is kept

    /* The agent waits for the end of each task, so not even a defect may swallow one. */
    private List<BatchEnd> keepOrGiveUp(List<Ended> now) {
        try {
            return keep(now);
        } catch (RuntimeException e) {
            LOG.error("keeping the outputs of tasks of {} failed", start.stage(), e);
            Failure failure = new Failure(Kind.WORKER_TROUBLE, 0, "the worker failed: " + e);
            Ends ends = new Ends();
            for (Ended end : now) {
                ends.add(end.index(), Optional.of(failure), false);
                closeQuietly(end, failure);
            }
            return ends.toList(tools.metrics());
        }
    }

    private void closeQuietly(Ended end, Failure failure) {
        try {
            close(end, Optional.of(failure));
        } catch (RuntimeException e) {
            LOG.error("closing the output of {} failed", key(end.index()), e);
        }
    }

    private List<BatchEnd> keep(List<Ended> now) {
        List<SegmentStore.Written> small = new ArrayList<>();
        Map<Integer, Failure> troubles = new HashMap<>();
        for (Ended end : now) {
            end.output().end();
            boolean isSuccess = end.failure().isEmpty();
            if (end.output().isSmall()) {
                small.add(new SegmentStore.Written(end.index(), isSuccess, end.output()));
            } else {
                try {
                    TaskRef task = new TaskRef(start.stage(), end.index());
                    tools.segments().append(task, start.attempt(), isSuccess, end.output());
                } catch (IOException e) {
                    LOG.warn("cannot keep the output of {}", key(end.index()), e);
                    troubles.put(end.index(), trouble(e));
                }
            }
        }
        try {
            tools.segments().appendSmall(start.stage(), start.attempt(), small);
        } catch (IOException e) {
            LOG.warn("cannot keep the outputs of tasks of {}", start.stage(), e);
            small.forEach(it -> troubles.put(it.task(), trouble(e)));
        }
        Ends ends = new Ends();
        for (Ended end : now) {
            Optional<Failure> failure =
                    end.failure().or(() -> Optional.ofNullable(troubles.get(end.index())));
            ends.add(end.index(), failure, end.output().isEmpty());
            close(end, failure);
        }
        return ends.toList(tools.metrics());
    }

    private void close(Ended end, Optional<Failure> failure) {
        @Nullable LiveAttempt shown;
        synchronized (this) {
            shown = live.remove(end.index());
        }
        if (shown != null) {
            shown.end(failure);
            tools.live().ended(shown, false);
            return;
        }
        try {
            end.output().close();
        } catch (IOException e) {
            LOG.warn("cannot close the output of {}", key(end.index()), e);
        }
    }

    /** What has ended alike. */
    private static final class Ends {
        private final RangeSet spoken = new RangeSet();
        private final RangeSet silent = new RangeSet();
        private final Map<Failure, RangeSet> failed = new TreeMap<>();

        void add(int index, Optional<Failure> failure, boolean isSilent) {
            RangeSet alike =
                    failure.map(it -> failed.computeIfAbsent(it, _ -> new RangeSet()))
                            .orElse(isSilent ? silent : spoken);
            alike.add(index, index + 1);
        }

        List<BatchEnd> toList(AttemptMetrics metrics) {
            List<BatchEnd> ends = new ArrayList<>();
            if (!spoken.isEmpty()) {
                ends.add(new BatchEnd(spoken.toRanges(), Optional.empty(), false));
            }
            if (!silent.isEmpty()) {
                ends.add(new BatchEnd(silent.toRanges(), Optional.empty(), true));
            }
            failed.forEach((failure, tasks) ->
                    ends.add(new BatchEnd(tasks.toRanges(), Optional.of(failure), false)));
            ends.forEach(end -> metrics.ended(end.tasks().size(), end.failure()));
            return ends;
        }
    }

    private static Optional<Failure> failure(ProcessEnd end) {
        return switch (end) {
            case ProcessEnd.Exited(int code) ->
                    code == 0 ? Optional.empty() : Optional.of(new Failure(Kind.EXIT, code, ""));
            case ProcessEnd.Failed(Failure failure) -> Optional.of(failure);
            case ProcessEnd.Signalled(int signal) ->
                    Optional.of(new Failure(Kind.SIGNAL, signal, ""));
        };
    }

    private static Failure trouble(IOException cause) {
        return new Failure(Kind.WORKER_TROUBLE, 0, DiskTrouble.describe(cause));
    }

    private static Channel channel(OutputSink.Stream stream) {
        return switch (stream) {
            case STDOUT -> Channel.STDOUT;
            case STDERR -> Channel.STDERR;
        };
    }
}
