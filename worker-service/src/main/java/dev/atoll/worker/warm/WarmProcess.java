package dev.atoll.worker.warm;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Ranges;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One program that stays, from its start to its end, with the tasks that it has. Thread-safe. */
final class WarmProcess {
    private static final Logger LOG = LoggerFactory.getLogger(WarmProcess.class);
    private static final int SIGKILL = 9;
    private static final int PROTOCOL_VERSION = 1;
    private static final int SLOTS_MAX = 256;
    private static final int AHEAD_MAX = 1 << 16;

    /** HUP, INT, QUIT and TERM: whoever does not catch them ends. */
    private static final Set<Integer> STOPS = Set.of(1, 2, 3, 15);

    /* Enough for a program to be busy until the next ones are there. */
    private static final int BYTES_AHEAD = 1 << 20;

    /* Until the program has said hello it is not known how many batches it takes: as many as come wait
     * for it, and what is too much then goes elsewhere. */
    private static final int SLOTS_UNKNOWN = 0;

    private final WarmKind kind;
    private final WarmPool pool;
    private final FrameReader reader = new FrameReader(this::take);
    private final FrameWriter writer = new FrameWriter();
    private final ToldStages stages = new ToldStages(writer);
    private final Map<WarmBatch, Seat> seats = new LinkedHashMap<>(); // Guarded by this.

    /** What it was given and has not ended, the oldest first. Guarded by this. */
    private final Map<Long, Call> calls = new LinkedHashMap<>();

    private @Nullable RunningProcess process; // Guarded by this.
    private long startedAtNanos; // Guarded by this; of no meaning without a process.
    private int seatsMost; // Guarded by this: so many batches it has had at once.
    private long lastCallId; // Guarded by this.
    private int slots = SLOTS_UNKNOWN; // Guarded by this.
    private int window; // Guarded by this: so many calls a batch has at once.
    private boolean isLent; // Guarded by this: to one batch alone.
    private boolean isRetired; // Guarded by this: it takes no more batches.
    private @Nullable Doom doom; // Guarded by this.
    private long idleSinceNanos; // Guarded by this.

    /** A batch that it has. */
    private static final class Seat {
        final WarmBatch batch;
        final long stageId;
        int calls;
        int bytes;

        Seat(WarmBatch batch, long stageId) {
            this.batch = batch;
            this.stageId = stageId;
        }
    }

    /** A task that it was given. */
    private record Call(Seat seat, int index, int bytes) {
        WarmBatch.Listener listener() {
            return seat.batch.listener();
        }
    }

    /**
     * Why it is killed.
     *
     * @param culprits the tasks that are to blame
     * @param failure how tasks fail where there is no doubt about the blame
     */
    private record Doom(List<Call> culprits, Failure failure) {}

    WarmProcess(WarmKind kind, WarmPool pool) {
        this.kind = kind;
        this.pool = pool;
    }

    WarmKind kind() {
        return kind;
    }

    // ---- its batches

    /**
     * Takes a batch, if there is room.
     *
     * @param slotsHoped how many batches it will take, as long as it has not said so; 0: who knows
     */
    synchronized boolean offer(WarmBatch batch, int slotsHoped) {
        boolean isAlone = batch.tasks().isAlone();
        int room = slots == SLOTS_UNKNOWN ? slotsHoped : slots;
        boolean fits =
                !isRetired
                        && doom == null
                        && !isLent
                        && (seats.isEmpty() || !isAlone)
                        && (room == SLOTS_UNKNOWN || seats.size() < room);
        if (!fits) {
            return false;
        }
        batch.moveTo(this);
        if (batch.isAllSent()) {
            batch.moveTo(null); // Everything was taken back.
            return true;
        }
        Seat seat = new Seat(batch, stages.begin(batch.tasks()));
        seats.put(batch, seat);
        seatsMost = Math.max(seatsMost, seats.size());
        isLent = isAlone;
        if (slots != SLOTS_UNKNOWN) {
            feed(seat);
        }
        return true;
    }

    /** Gives the program as many tasks of a batch as it should have now. */
    private void feed(Seat seat) {
        List<Task> fresh = new ArrayList<>();
        int index = mayFeed(seat) ? seat.batch.takeNext() : -1;
        while (index >= 0) {
            fresh.add(send(seat, index));
            index = mayFeed(seat) ? seat.batch.takeNext() : -1;
        }
        if (!fresh.isEmpty()) {
            writer.tasks(fresh);
        }
    }

    private boolean mayFeed(Seat seat) {
        return seat.calls == 0 || (seat.calls < window && seat.bytes < BYTES_AHEAD);
    }

    private Task send(Seat seat, int index) {
        WarmTasks tasks = seat.batch.tasks();
        ByteString item = tasks.item(index);
        lastCallId++;
        calls.put(lastCallId, new Call(seat, index, item.size()));
        seat.calls++;
        seat.bytes += item.size();
        return Task.newBuilder()
                .setCallId(lastCallId)
                .setStageId(seat.stageId)
                .setJobId(tasks.stage().job().value())
                .setIndex(index)
                .setAttempt(tasks.attempt())
                .setFence(tasks.fence())
                .setItem(item)
                .setStage(tasks.stage().stage())
                .build();
    }

    /**
     * Stops tasks of a batch: asks those that have begun to end, or, where the signal is KILL, ends
     * everything. Those that have not begun are given back.
     *
     * @return whether the batch was here
     */
    boolean stop(WarmBatch batch, Ranges indexes, int signal) {
        List<Call> victims = new ArrayList<>();
        synchronized (this) {
            Seat seat = seats.get(batch);
            if (seat == null) {
                return false;
            }
            List<Call> begun = begun();
            calls.forEach((callId, call) -> {
                boolean isMeant = call.seat == seat && indexes.contains(call.index());
                if (isMeant && signal == SIGKILL && begun.contains(call)) {
                    victims.add(call);
                } else if (isMeant) {
                    cancel(callId, signal);
                }
            });
            leaveIfOver(seat);
        }
        if (!victims.isEmpty()) {
            kill(new Doom(victims, new Failure(Failure.Kind.SIGNAL, SIGKILL, "")));
        }
        return true;
    }

    private void cancel(long callId, int signal) {
        if (signal == SIGKILL || STOPS.contains(signal)) {
            writer.cancel(callId, false);
        } else if (signal == 0 && window > 1) {
            writer.cancel(callId, true);
        }
    }

    /** The tasks that it may have begun: it begins them in the order in which they were sent. */
    private List<Call> begun() {
        return calls.values().stream().limit(slots).toList();
    }

    private Call remove(long callId) throws BrokenProtocolException {
        Call call = call(callId);
        calls.remove(callId);
        call.seat.calls--;
        call.seat.bytes -= call.bytes();
        return call;
    }

    private void leaveIfOver(Seat seat) {
        if (seat.calls == 0 && seat.batch.isAllSent() && seats.remove(seat.batch) != null) {
            seat.batch.moveTo(null);
            stages.end(seat.batch.tasks());
            if (seats.isEmpty()) {
                isLent = false;
                idleSinceNanos = System.nanoTime();
            }
        }
    }

    // ---- its life

    /** Runs it, from its start to its end. */
    void run(WarmPool.Tools tools) {
        try {
            switch (tools.launching().prepare(kind)) {
                case WarmLaunching.Outcome.Unready(Failure failure) ->
                        endAll(_ -> new ProcessEnd.Failed(failure));
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
            endsUnbegun();
        }
    }

    /** It cannot even be started. */
    void endsUnbegun() {
        endAll(_ -> new ProcessEnd.Failed(trouble("a program could not be run")));
    }

    private void run(WarmPool.Tools tools, WarmLaunching.Outcome.Ready ready) {
        switch (tools.starter().start(ready.launch())) {
            case ProcessStarter.Outcome.Refused(Failure failure) ->
                    endAll(_ -> new ProcessEnd.Failed(failure));
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
                    Failure failure = trouble("a process could not be watched");
                    endAll(_ -> new ProcessEnd.Failed(failure));
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
            allowed = limitBytes * Math.max(1, seatsMost);
        }
        if (peakBytes > allowed) {
            String words =
                    "its program took more than the %d MiB of %d MiB for each task"
                            .formatted(allowed >> 20, limitBytes >> 20);
            kill(new Doom(List.of(), new Failure(Failure.Kind.OUT_OF_MEMORY, 0, words)));
        }
    }

    /** Takes no more batches, and ends it; without effect where it has some. */
    synchronized boolean retire() {
        if (!seats.isEmpty()) {
            return false;
        }
        isRetired = true;
        idleSinceNanos = System.nanoTime();
        writer.close();
        return true;
    }

    /** Ends it, whatever it does. */
    void kill() {
        kill(new Doom(List.of(), trouble("the worker stops")));
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
        return seats.isEmpty() && slots != SLOTS_UNKNOWN
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
            kill(new Doom(List.of(), broken("it has not said hello")));
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
                    kill(new Doom(List.of(), broken(String.valueOf(e.getMessage()))));
                }
            }
        }
    }

    /** Before its hello it speaks to all who wait for it; then to the one task that it runs. */
    private void saysBeside(ByteString bytes) {
        List<Call> listeners;
        synchronized (this) {
            List<Call> running = running();
            boolean isClear = slots == SLOTS_UNKNOWN || running.size() == 1;
            listeners = isClear ? running : List.of();
        }
        if (listeners.isEmpty()) {
            LOG.debug("{} says: {}", kind.command().getFirst(), bytes.toStringUtf8());
        }
        for (Call call : listeners) {
            call.listener().wrote(call.index(), OutputSink.Stream.STDERR, bytes);
            call.listener().paused();
        }
    }

    /** What it runs, or, before its hello, what it is to run first. */
    private List<Call> running() {
        return slots != SLOTS_UNKNOWN
                ? begun()
                : seats.values().stream()
                        .map(seat -> new Call(seat, seat.batch.firstUnsent(), 0))
                        .filter(call -> call.index() >= 0)
                        .toList();
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
        Set<WarmBatch.Listener> spokenTo = new LinkedHashSet<>();
        try {
            wrote(message.getOutputsList(), spokenTo);
            results(message.getResultsList(), spokenTo);
        } finally {
            spokenTo.forEach(WarmBatch.Listener::paused);
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
        if (hello.getAhead() < 0 || hello.getAhead() > AHEAD_MAX) {
            throw new BrokenProtocolException("%d tasks ahead".formatted(hello.getAhead()));
        }
        List<WarmBatch> tooMany = new ArrayList<>();
        synchronized (this) {
            slots = said;
            window = 1 + hello.getAhead() / said;
            idleSinceNanos = System.nanoTime();
            for (Seat seat : List.copyOf(seats.values())) {
                if (seats.size() > said) {
                    seats.remove(seat.batch);
                    stages.end(seat.batch.tasks());
                    seat.batch.moveTo(null);
                    tooMany.add(seat.batch);
                }
            }
            seats.values().forEach(this::feed);
        }
        pool.knows(kind, said);
        tooMany.forEach(pool::place);
        pool.mayBeIdle();
    }

    private void wrote(List<Output> outputs, Set<WarmBatch.Listener> spokenTo)
            throws BrokenProtocolException {
        for (Output output : outputs) {
            Call call = call(output.getCallId());
            spokenTo.add(call.listener());
            call.listener()
                    .wrote(
                            call.index(),
                            output.getStream() == Stream.STREAM_STDERR
                                    ? OutputSink.Stream.STDERR
                                    : OutputSink.Stream.STDOUT,
                            output.getData());
        }
    }

    private void results(List<Result> results, Set<WarmBatch.Listener> spokenTo)
            throws BrokenProtocolException {
        if (results.isEmpty()) {
            return;
        }
        List<Call> ended = new ArrayList<>();
        boolean isIdle;
        synchronized (this) {
            // Whoever was taken out would hear of nothing more if another's word were wrong.
            requireAll(results);
            Set<Seat> moved = new LinkedHashSet<>();
            for (Result result : results) {
                Call call = remove(result.getCallId());
                ended.add(call);
                moved.add(call.seat);
            }
            for (Seat seat : moved) {
                feed(seat);
                leaveIfOver(seat);
            }
            isIdle = seats.isEmpty();
        }
        // There is room for whoever comes next before anybody hears of it.
        for (int i = 0; i < ended.size(); i++) {
            Call call = ended.get(i);
            spokenTo.add(call.listener());
            tell(call, results.get(i));
        }
        if (isIdle) {
            pool.mayBeIdle();
        }
    }

    private void requireAll(List<Result> results) throws BrokenProtocolException {
        Set<Long> callIds = new HashSet<>();
        for (Result result : results) {
            Call _ = call(result.getCallId());
            if (!callIds.add(result.getCallId())) {
                throw new BrokenProtocolException(
                        "two results of call %d".formatted(result.getCallId()));
            }
        }
    }

    private static void tell(Call call, Result result) {
        if (result.getNotBegun()) {
            call.listener().returned(Ranges.of(call.index()));
        } else {
            call.listener()
                    .ended(
                            call.index(),
                            result.hasFailure() ? failed(result) : new ProcessEnd.Exited(0));
        }
    }

    private static ProcessEnd failed(Result result) {
        int code = result.getFailure().getCode();
        boolean isCode = code >= 1 && code <= 255;
        return new ProcessEnd.Failed(
                new Failure(
                        Failure.Kind.EXIT, isCode ? code : 1, result.getFailure().getMessage()));
    }

    private synchronized Call call(long callId) throws BrokenProtocolException {
        Call call = calls.get(callId);
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
            isClear = slots == SLOTS_UNKNOWN || begun().size() == 1;
        }
        if (why != null && !why.culprits().isEmpty()) {
            Failure neighbours = trouble("its program was ended for another task");
            endAll(call ->
                    why.culprits().contains(call)
                            ? new ProcessEnd.Signalled(SIGKILL)
                            : new ProcessEnd.Failed(neighbours));
        } else if (isClear) {
            ProcessEnd blame = why != null ? new ProcessEnd.Failed(why.failure()) : itsDoing(end);
            endAll(_ -> blame);
        } else {
            Failure shared = trouble("the program that it shared has ended");
            endAll(_ -> new ProcessEnd.Failed(shared));
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

    /** Ends what it runs, and gives the rest back. */
    private void endAll(Function<Call, ProcessEnd> how) {
        List<Call> running;
        List<Call> waiting;
        List<WarmBatch> batches;
        boolean wasGreeted;
        synchronized (this) {
            isRetired = true;
            wasGreeted = slots != SLOTS_UNKNOWN;
            running = running();
            waiting = calls.values().stream().skip(slots).toList();
            batches = List.copyOf(seats.keySet());
            batches.forEach(batch -> batch.moveTo(null));
            calls.clear();
            seats.clear();
        }
        for (Call call : running) {
            // What it was not given yet may have been taken back meanwhile.
            if (wasGreeted || !call.seat.batch.takeBack(Ranges.of(call.index())).isEmpty()) {
                call.listener().ended(call.index(), how.apply(call));
            }
        }
        waiting.forEach(call -> call.listener().returned(Ranges.of(call.index())));
        for (WarmBatch batch : batches) {
            Ranges unsent = batch.takeBackAll();
            if (!unsent.isEmpty()) {
                batch.listener().returned(unsent);
            }
            batch.listener().paused();
        }
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
