package dev.atoll.worker.session;

import dev.atoll.core.agent.Agent;
import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.proto.worker.v1.Heartbeat;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.WorkerStatistics;
import dev.atoll.runtime.program.FatalHandler;
import dev.atoll.runtime.wire.DurationWire;
import dev.atoll.runtime.wire.HelloWire;
import dev.atoll.runtime.wire.ReportWire;
import dev.atoll.worker.disk.DiskRoom;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that owns the agent: takes what happens, in order, and carries out what follows.
 */
public final class AgentLoop implements AutoCloseable {
    /* Whatever comes in is bounded where it comes from: one end per running attempt, one answer per
     * sync, and as many messages of the master as were asked for. So the mailbox is never full, and
     * if it is, that is a defect. */
    private static final int MAILBOX_SIZE = 16_384;
    private static final Duration TICK = Duration.ofMillis(50);

    /**
     * A master that is not heard for so many of its own heartbeat intervals does not hear either.
     */
    private static final int SILENT_INTERVALS_MAX = 5;

    /** The interval until the master has told it; and the least that counts for its silence. */
    private static final Duration HEARTBEAT_UNTOLD = Duration.ofSeconds(1);

    /** A tick that is later than this many ticks means that this process itself was stopped. */
    private static final int LATE_TICKS = 10;

    private final Agent agent;
    private final Hands hands;
    private final HelloWire.Introduction introduction;
    private final DiskRoom room;
    private final LoopGauges gauges;
    private final FatalHandler fatal;
    private final BlockingQueue<Letter> mailbox = new ArrayBlockingQueue<>(MAILBOX_SIZE);
    private final long startNanos = System.nanoTime();
    private final Thread thread;
    private @Nullable MasterSession session;
    private @Nullable Duration heartbeatInterval;
    private long lastHeartbeatNanos;
    private long lastHeardNanos;
    private long lastTickNanos = startNanos;
    private long lagNanosMax;

    /** Whether the master of this session was told that no new tasks are wanted. */
    private boolean isShortageTold;

    private record Letter(Stimulus stimulus, long postedNanos) {}

    /**
     * @param introduction who this worker is
     * @param room of the disk that holds blobs and outputs
     * @param fatal hears when the agent is broken, or this worker may not go on
     */
    public AgentLoop(
            Agent agent,
            Hands hands,
            HelloWire.Introduction introduction,
            DiskRoom room,
            LoopGauges gauges,
            FatalHandler fatal) {
        this.agent = agent;
        this.hands = hands;
        this.introduction = introduction;
        this.room = room;
        this.gauges = gauges;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().daemon().name("agent").unstarted(this::run);
    }

    /** Starts to take what comes in. */
    public void start() {
        thread.start();
    }

    /** Hands something in; returns at once. */
    void post(Stimulus stimulus) {
        mailbox.add(new Letter(stimulus, System.nanoTime()));
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            List<Letter> letters = new ArrayList<>();
            while (true) {
                long untilTick = lastTickNanos + TICK.toNanos() - System.nanoTime();
                Letter first = mailbox.poll(Math.max(0, untilTick), TimeUnit.NANOSECONDS);
                if (first != null) {
                    letters.add(first);
                    mailbox.drainTo(letters);
                }
                letters.forEach(this::take);
                letters.clear();
                tickIfDue();
                gauges.set(agent.load());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            fatal.stop("the agent is broken: " + e.getMessage(), e);
        }
    }

    private void take(Letter letter) {
        long lagNanos = System.nanoTime() - letter.postedNanos();
        lagNanosMax = Math.max(lagNanosMax, lagNanos);
        gauges.lagged(lagNanos);
        switch (letter.stimulus()) {
            case Stimulus.Happened(AgentEvent event) -> handle(event);
            case Stimulus.Opened(MasterSession opened) -> {
                session = opened;
                heartbeatInterval = null;
                isShortageTold = false;
                lastHeardNanos = System.nanoTime();
                handle(new AgentEvent.Connected());
            }
            case Stimulus.Said said -> {
                if (said.session() == session) {
                    lastHeardNanos = System.nanoTime();
                    said.heartbeatInterval().ifPresent(this::welcomed);
                    said.orders().forEach(this::handle);
                }
                said.session().taken();
            }
            case Stimulus.Ended(MasterSession ended) -> {
                if (ended == session) {
                    session = null;
                    heartbeatInterval = null;
                    handle(new AgentEvent.Disconnected());
                }
            }
        }
    }

    private void welcomed(Duration interval) {
        heartbeatInterval = interval;
        lastHeartbeatNanos = System.nanoTime() - interval.toNanos();
    }

    private void handle(AgentEvent event) {
        Instant now = Instant.EPOCH.plusNanos(System.nanoTime() - startNanos);
        for (AgentCommand command : agent.handle(now, event)) {
            switch (command) {
                case AgentCommand.SendHello hello ->
                        HelloWire.toProto(hello, introduction).forEach(this::send);
                case AgentCommand.SendReport report -> {
                    tellShortage();
                    send(
                            OpenSessionRequest.newBuilder()
                                    .setReport(ReportWire.toProto(report))
                                    .build());
                }
                case AgentCommand.StartAttempt _,
                        AgentCommand.SignalAttempt _,
                        AgentCommand.StartBatch _,
                        AgentCommand.SignalBatch _,
                        AgentCommand.SyncOutputs _,
                        AgentCommand.CopyOutputs _,
                        AgentCommand.DropOutputs _,
                        AgentCommand.DropJob _ ->
                        hands.carryOut(command, this::happened);
            }
        }
    }

    /** Tells the agent what has happened on this machine; returns at once. */
    public void happened(AgentEvent event) {
        post(new Stimulus.Happened(event));
    }

    private void tickIfDue() {
        long now = System.nanoTime();
        if (now - lastTickNanos < TICK.toNanos()) {
            return;
        }
        if (now - lastTickNanos > LATE_TICKS * TICK.toNanos()) {
            // What the master said meanwhile is still on its way up to here.
            lastHeardNanos = now;
        }
        lastTickNanos = now;
        handle(new AgentEvent.Tick());
        leaveSilentMaster(now);
        Duration interval = heartbeatInterval;
        if (interval != null && now - lastHeartbeatNanos >= interval.toNanos()) {
            lastHeartbeatNanos = now;
            sendHeartbeat();
        }
    }

    /* Before the master hears of tasks that failed for want of room, so that these do not count and no
     * others follow. */
    private void tellShortage() {
        if (heartbeatInterval != null && !isShortageTold && room.shortage().isPresent()) {
            sendHeartbeat();
        }
    }

    private void sendHeartbeat() {
        String shortage = room.shortage().orElse("");
        isShortageTold = !shortage.isEmpty();
        send(OpenSessionRequest.newBuilder().setHeartbeat(heartbeat(shortage)).build());
    }

    /* Its connection may be broken in the one direction that nobody else can see: whoever only sends
     * finds out late, and the master has no reason to wonder about a worker that it hears. */
    private void leaveSilentMaster(long now) {
        MasterSession open = session;
        Duration interval = heartbeatInterval == null ? HEARTBEAT_UNTOLD : heartbeatInterval;
        long intervalNanos = Math.max(interval.toNanos(), HEARTBEAT_UNTOLD.toNanos());
        if (open != null && now - lastHeardNanos > SILENT_INTERVALS_MAX * intervalNanos) {
            lastHeardNanos = now;
            open.close("the master is silent");
        }
    }

    private Heartbeat heartbeat(String shortage) {
        Agent.Load load = agent.load();
        Duration lag = Duration.ofNanos(lagNanosMax);
        lagNanosMax = 0;
        return Heartbeat.newBuilder()
                .setStatistics(
                        WorkerStatistics.newBuilder()
                                .setCpuMillisUsed(load.cpuMillisUsed())
                                .setMemoryBytesUsed(load.memoryBytesUsed())
                                .setRunningCount(load.running())
                                .setQueuedCount(load.queued())
                                .setDiskBytesFree(room.freeBytes())
                                .setLoopLag(DurationWire.toProto(lag)))
                .setShortage(shortage)
                .build();
    }

    private void send(OpenSessionRequest message) {
        MasterSession open = session;
        if (open != null) {
            open.send(message);
        }
    }
}
