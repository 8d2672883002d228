package dev.atoll.worker.session;

import dev.atoll.core.agent.AgentCommand.SyncOutputs;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.worker.disk.DiskTrouble;
import dev.atoll.worker.segment.SegmentStore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes outputs durable, on a thread of its own; wishes that come close together share one sync.
 */
public final class OutputSyncer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputSyncer.class);

    /* Each sync is followed by a report and, in the master, by a commit. A single task's end is
     * synced at once, for whoever waits for it; under load the ends of a moment go together. */
    private static final Duration INTERVAL_MIN = Duration.ofMillis(5);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

    /** Says that no more come. */
    private static final Wish LAST = new Wish(new SyncOutputs(0, Map.of()), _ -> {});

    private final SegmentStore segments;
    private final BlockingQueue<Wish> wishes = new LinkedBlockingQueue<>();
    private final Thread thread;

    private record Wish(SyncOutputs outputs, Consumer<AgentEvent> loop) {}

    public OutputSyncer(SegmentStore segments) {
        this.segments = segments;
        this.thread = Thread.ofPlatform().daemon().name("output-sync").start(this::run);
    }

    /** Makes durable what was kept so far; the loop hears whether that worked. */
    void sync(SyncOutputs outputs, Consumer<AgentEvent> loop) {
        wishes.add(new Wish(outputs, loop));
    }

    /** Fulfils the wishes that are left, and ends. */
    @Override
    public void close() {
        // Not by an interrupt, which would close the file that is being synced.
        wishes.add(LAST);
        try {
            thread.join(CLOSE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            long earliest = System.nanoTime();
            boolean isLast = false;
            while (!isLast) {
                List<Wish> now = new ArrayList<>();
                now.add(wishes.take());
                TimeUnit.NANOSECONDS.sleep(earliest - System.nanoTime());
                wishes.drainTo(now);
                earliest = System.nanoTime() + INTERVAL_MIN.toNanos();
                isLast = now.remove(LAST);
                fulfil(now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fulfil(List<Wish> now) {
        String detail = "an output was lost when an earlier sync failed";
        try {
            segments.sync();
        } catch (IOException e) {
            LOG.warn("outputs could not be made durable", e);
            detail = DiskTrouble.describe(e);
        }
        for (Wish wish : now) {
            wish.loop().accept(outcome(wish.outputs(), detail));
        }
    }

    /* Neither says a good sync that all outputs of a wish are durable, for some may have been lost with
     * an earlier one, nor a failed one that any is lost, for it was that of another stage. */
    private AgentEvent outcome(SyncOutputs outputs, String detail) {
        Map<StageRef, Ranges> lost = segments.notDurable(outputs.successes());
        return lost.isEmpty()
                ? new AgentEvent.OutputsSynced(outputs.sync())
                : new AgentEvent.SyncFailed(outputs.sync(), lost, detail);
    }
}
