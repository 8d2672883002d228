package dev.atoll.worker.warm;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Failure;
import dev.atoll.proto.warm.v1.FromProgram;
import dev.atoll.proto.warm.v1.Hello;
import dev.atoll.proto.warm.v1.Output;
import dev.atoll.proto.warm.v1.Result;
import dev.atoll.proto.warm.v1.Stream;
import dev.atoll.proto.warm.v1.Task;
import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.ProcessStarter;
import dev.atoll.worker.execution.RunningProcess;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One program that stays, from its start to its end, with the tasks that it has. Thread-safe. */
final class WarmProcess {
    private static final Logger LOG = LoggerFactory.getLogger(WarmProcess.class);
    private static final int SIGKILL = 9;
    private static final int PROTOCOL_VERSION = 1;
    private static final int SLOTS_MAX = 256;

    /* Until the program has said hello it is not known how many tasks it takes: as many as come wait
     * for it, and what is too much then goes elsewhere. */
    private static final int SLOTS_UNKNOWN = 0;

    private final WarmKind kind;
    private final WarmPool pool;
    private final FrameReader reader = new FrameReader(this::take);
    private final FrameWriter writer = new FrameWriter();
    private final ToldStages stages = new ToldStages(writer);
    private final Map<Long, WarmCall> calls = new LinkedHashMap<>(); // Guarded by this.
    private @Nullable RunningProcess process; // Guarded by this.
    private long startedAtNanos; // Guarded by this; of no meaning without a process.
    private int callsMost; // Guarded by this: so many it has had at once.
    private long lastCallId; // Guarded by this.
    private int slots = SLOTS_UNKNOWN; // Guarded by this.
    private boolean isLent; // Guarded by this: to one task alone.
    private boolean isRetired; // Guarded by this: it takes no more tasks.
    private @Nullable Doom doom; // Guarded by this.
    private long idleSinceNanos; // Guarded by this.

    /**
     * Why it is killed.
     *
     * @param culprit the task that is to blame
     * @param failure how tasks fail where there is no doubt about the blame
     */
    private record Doom(@Nullable WarmCall culprit, Failure failure) {}

    WarmProcess(WarmKind kind, WarmPool pool) {
        this.kind = kind;
        this.pool = pool;
    }

    WarmKind kind() {
        return kind;
    }

    // ---- its tasks

    /**
     * Takes a task, if there is room.
     *
     * @param slotsHoped how many tasks it will take, as long as it has not said so; 0: who knows
     */
    synchronized boolean offer(WarmCall call, int slotsHoped) {
        boolean isAlone = call.task().isAlone();
        int room = slots == SLOTS_UNKNOWN ? slotsHoped : slots;
        boolean fits =
                !isRetired
                        && doom == null
                        && !isLent
                        && (calls.isEmpty() || !isAlone)
                        && (room == SLOTS_UNKNOWN || calls.size() < room);
        if (!fits) {
            return false;
        }
        if (call.moveTo(this)) {
            lastCallId++;
            calls.put(lastCallId, call);
            callsMost = Math.max(callsMost, calls.size());
            isLent = isAlone;
            if (slots != SLOTS_UNKNOWN) {
                send(lastCallId, call);
            }
        }
        return true;
    }

    private void send(long callId, WarmCall call) {
        WarmTask task = call.task();
        writer.task(
                Task.newBuilder()
                        .setCallId(callId)
                        .setStageId(stages.begin(task))
                        .setJobId(task.task().stage().job().value())
                        .setIndex(task.task().index())
                        .setAttempt(task.attempt())
                        .setFence(task.fence())
                        .setItem(task.item())
                        .build());
    }

    /**
     * Stops a task: asks it to end, or, where the signal is KILL, ends everything.
     *
     * @return whether the task was here
     */
    boolean stop(WarmCall call, int signal) {
        synchronized (this) {
            Long callId = callId(call);
            if (callId == null) {
                return false;
            }
            if (slots == SLOTS_UNKNOWN) {
                remove(callId);
                call.end(new ProcessEnd.Signalled(signal));
                return true;
            }
            if (signal != SIGKILL) {
                writer.cancel(callId);
                return true;
            }
        }
        kill(new Doom(call, new Failure(Failure.Kind.SIGNAL, SIGKILL, "")));
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // Each is one of its own.
    private @Nullable Long callId(WarmCall call) {
        for (Map.Entry<Long, WarmCall> entry : calls.entrySet()) {
            if (entry.getValue() == call) {
                return entry.getKey();
            }
        }
        return null;
    }

    private WarmCall remove(long callId) {
        WarmCall call = calls.remove(callId);
        if (call == null) {
            throw new IllegalArgumentException("no call " + callId);
        }
        if (calls.isEmpty()) {
            isLent = false;
            idleSinceNanos = System.nanoTime();
        }
        return call;
    }

    // ---- its life

    /** Runs it, from its start to its end. */
    void run(WarmPool.Tools tools) {
        try {
            switch (tools.launching().prepare(kind)) {
                case WarmLaunching.Outcome.Unready(Failure failure) ->
                        failAll(new ProcessEnd.Failed(failure));
                case WarmLaunching.Outcome.Ready ready -> {
                    try {
                        run(tools, ready);
                    } finally {
                        ready.release().run();
                    }
                }
            }
        } finally {
            // Not even a defect may leave somebody waiting.
            failAll(new ProcessEnd.Failed(trouble("a program could not be run")));
        }
    }

    private void run(WarmPool.Tools tools, WarmLaunching.Outcome.Ready ready) {
        switch (tools.starter().start(ready.launch())) {
            case ProcessStarter.Outcome.Refused(Failure failure) ->
                    failAll(new ProcessEnd.Failed(failure));
            case ProcessStarter.Outcome.Started(RunningProcess it) -> {
                begins(it);
                Thread writing =
                        Thread.ofPlatform()
                                .daemon()
                                .name("warm-write-" + it.pid())
                                .start(() -> write(it));
                try (MemoryWatch.Watching _ = watchMemory(tools.memory(), it)) {
                    ProcessEnd end = it.await((stream, bytes) -> read(stream, bytes));
                    ended(end);
                } catch (IOException e) {
                    LOG.warn("cannot watch a warm program", e);
                    failAll(new ProcessEnd.Failed(trouble("a process could not be watched")));
                } finally {
                    writer.close();
                    writing.interrupt();
                }
            }
        }
    }

    private void begins(RunningProcess started) {
        boolean isDoomed;
        synchronized (this) {
            process = started;
            startedAtNanos = System.nanoTime();
            isDoomed = doom != null;
        }
        if (isDoomed) {
            started.signal(SIGKILL);
        }
    }

    private void write(RunningProcess to) {
        try {
            writer.run(to.input());
        } catch (IOException e) {
            LOG.debug("a warm program reads no more: {}", e.toString());
        } catch (InterruptedException e) {
            LOG.debug("a warm program has ended", e);
        }
    }

    private MemoryWatch.Watching watchMemory(MemoryWatch memory, RunningProcess it) {
        long limit = kind.memoryBytes();
        return limit == 0 ? () -> {} : memory.watch(it.pid(), limit, peak -> tooLarge(peak, limit));
    }

    private void tooLarge(long peakBytes, long limitBytes) {
        long allowed;
        synchronized (this) {
            allowed = limitBytes * Math.max(1, callsMost);
        }
        if (peakBytes > allowed) {
            String words =
                    "its program took more than the %d MiB of %d MiB for each task"
                            .formatted(allowed >> 20, limitBytes >> 20);
            kill(new Doom(null, new Failure(Failure.Kind.OUT_OF_MEMORY, 0, words)));
        }
    }

    /** Takes no more tasks, and ends it once it has none; without effect where it has some. */
    synchronized boolean retire() {
        if (!calls.isEmpty()) {
            return false;
        }
        isRetired = true;
        idleSinceNanos = System.nanoTime();
        writer.close();
        return true;
    }

    /** Ends it, whatever it does. */
    void kill() {
        kill(new Doom(null, trouble("the worker stops")));
    }

    private void kill(Doom why) {
        @Nullable RunningProcess victim;
        synchronized (this) {
            if (doom == null) {
                doom = why;
            }
            victim = process;
        }
        if (victim != null) {
            victim.signal(SIGKILL);
        }
    }

    /** How long it has had no task by now; zero if it has one, or has not said hello. */
    synchronized Duration idleFor(long nowNanos) {
        return calls.isEmpty() && slots != SLOTS_UNKNOWN
                ? Duration.ofNanos(Math.max(1, nowNanos - idleSinceNanos))
                : Duration.ZERO;
    }

    synchronized boolean isRetired() {
        return isRetired;
    }

    /** Kills it if it should have said hello by now. */
    void expectHello(Duration patience) {
        boolean isLate;
        synchronized (this) {
            isLate =
                    process != null
                            && slots == SLOTS_UNKNOWN
                            && System.nanoTime() - startedAtNanos > patience.toNanos();
        }
        if (isLate) {
            kill(new Doom(null, broken("it has not said hello")));
        }
    }

    // ---- what it says

    private void read(OutputSink.Stream stream, ByteBuffer bytes) {
        switch (stream) {
            case STDERR -> saysBeside(ByteString.copyFrom(bytes));
            case STDOUT -> {
                synchronized (this) {
                    if (doom != null) {
                        return;
                    }
                }
                try {
                    reader.accept(bytes);
                } catch (BrokenProtocolException e) {
                    LOG.debug("a warm program breaks the protocol", e);
                    kill(new Doom(null, broken(String.valueOf(e.getMessage()))));
                }
            }
        }
    }

    /** Before its hello it speaks to all who wait for it; then to the one task that it runs. */
    private void saysBeside(ByteString bytes) {
        List<WarmCall> listeners;
        synchronized (this) {
            boolean isClear = slots == SLOTS_UNKNOWN || calls.size() == 1;
            listeners = isClear ? List.copyOf(calls.values()) : List.of();
        }
        if (listeners.isEmpty()) {
            LOG.debug("{} says: {}", kind.command().getFirst(), bytes.toStringUtf8());
        }
        listeners.forEach(call -> call.wrote(OutputSink.Stream.STDERR, bytes));
    }

    private void take(FromProgram message) throws BrokenProtocolException {
        boolean isFirst;
        synchronized (this) {
            isFirst = slots == SLOTS_UNKNOWN;
        }
        if (isFirst != message.hasHello()) {
            throw new BrokenProtocolException(
                    isFirst ? "a first frame without hello" : "a second hello");
        }
        if (isFirst) {
            hello(message.getHello());
        }
        for (Output output : message.getOutputsList()) {
            call(output.getCallId())
                    .wrote(
                            output.getStream() == Stream.STREAM_STDERR
                                    ? OutputSink.Stream.STDERR
                                    : OutputSink.Stream.STDOUT,
                            output.getData());
        }
        for (Result result : message.getResultsList()) {
            result(result);
        }
    }

    private void hello(Hello hello) throws BrokenProtocolException {
        int said = hello.getSlots() == 0 ? 1 : hello.getSlots();
        if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
            throw new BrokenProtocolException("version " + hello.getProtocolVersion());
        }
        if (said < 1 || said > SLOTS_MAX) {
            throw new BrokenProtocolException("%d slots".formatted(said));
        }
        List<WarmCall> tooMany = new ArrayList<>();
        synchronized (this) {
            slots = said;
            idleSinceNanos = System.nanoTime();
            for (long callId : List.copyOf(calls.keySet())) {
                if (calls.size() > said) {
                    tooMany.add(remove(callId));
                }
            }
            calls.forEach(this::send);
            tooMany.forEach(call -> call.moveTo(null));
        }
        pool.knows(kind, said);
        tooMany.forEach(pool::place);
        pool.mayBeIdle();
    }

    private void result(Result result) throws BrokenProtocolException {
        WarmCall call = call(result.getCallId());
        boolean isIdle;
        synchronized (this) {
            remove(result.getCallId());
            stages.end(call.task());
            isIdle = calls.isEmpty();
        }
        // There is room for whoever comes next before anybody hears of it.
        call.end(result.hasFailure() ? failed(result) : new ProcessEnd.Exited(0));
        if (isIdle) {
            pool.mayBeIdle();
        }
    }

    private static ProcessEnd failed(Result result) {
        int code = result.getFailure().getCode();
        boolean isCode = code >= 1 && code <= 255;
        return new ProcessEnd.Failed(
                new Failure(
                        Failure.Kind.EXIT, isCode ? code : 1, result.getFailure().getMessage()));
    }

    private synchronized WarmCall call(long callId) throws BrokenProtocolException {
        WarmCall call = calls.get(callId);
        if (call == null) {
            throw new BrokenProtocolException(
                    "word of call %d, which it has not".formatted(callId));
        }
        return call;
    }

    // ---- its end

    private void ended(ProcessEnd end) {
        boolean isClear;
        @Nullable Doom why;
        synchronized (this) {
            isRetired = true;
            why = doom;
            isClear = slots == SLOTS_UNKNOWN || calls.size() == 1;
        }
        if (why != null && why.culprit() != null) {
            failOne(why.culprit(), new ProcessEnd.Signalled(SIGKILL));
            failAll(new ProcessEnd.Failed(trouble("its program was ended for another task")));
        } else if (isClear) {
            failAll(why != null ? new ProcessEnd.Failed(why.failure()) : itsDoing(end));
        } else {
            failAll(new ProcessEnd.Failed(trouble("the program that it shared has ended")));
        }
    }

    private ProcessEnd itsDoing(ProcessEnd end) {
        return switch (end) {
            case ProcessEnd.Exited(int code) ->
                    new ProcessEnd.Failed(
                            new Failure(
                                    Failure.Kind.EXIT,
                                    code == 0 ? 1 : code,
                                    "the warm program has ended without a result"));
            case ProcessEnd.Signalled signalled -> signalled;
            case ProcessEnd.Failed failed -> failed;
        };
    }

    private void failOne(WarmCall call, ProcessEnd how) {
        synchronized (this) {
            Long callId = callId(call);
            if (callId == null) {
                return;
            }
            remove(callId);
        }
        call.end(how);
    }

    private void failAll(ProcessEnd how) {
        List<WarmCall> left;
        synchronized (this) {
            isRetired = true;
            left = List.copyOf(calls.values());
            calls.clear();
        }
        left.forEach(call -> call.end(how));
    }

    private static Failure broken(String how) {
        return new Failure(
                Failure.Kind.NOT_EXECUTABLE,
                0,
                "it does not speak as warm programs do (docs/guides/functions.md): " + how);
    }

    private static Failure trouble(String detail) {
        return new Failure(Failure.Kind.WORKER_TROUBLE, 0, detail);
    }
}
