package dev.atoll.worker.attempt;

import com.google.protobuf.ByteString;

import dev.atoll.core.agent.AgentCommand.SignalBatch;
import dev.atoll.core.agent.AgentCommand.StartBatch;
import dev.atoll.core.agent.AgentEvent.BatchMoved;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.PinnedBlob;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.Spool;
import dev.atoll.worker.warm.WarmKind;
import dev.atoll.worker.warm.WarmPool;
import dev.atoll.worker.warm.WarmTasks;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Runs tasks in programs that stay, and keeps what they write. Thread-safe. */
public final class WarmBatches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmBatches.class);

    /* Each has at most 8 MiB. Tasks that follow each other are mostly of few stages. */
    private static final int SETUPS_KEPT_MAX = 3;

    private final Tools tools;
    private final Map<Key, KeptBatch> batches = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("warm-batch-", 0).factory());

    // Guarded by itself; the eldest is the one that was not used for longest.
    private final Map<BlobRef, ByteString> setups = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(StageRef stage, int attempt, int first) {}

    /**
     * What batches are run with.
     *
     * @param preparer has their items
     * @param blobs have the bytes of their stages
     * @param live where what they write can be seen
     * @param spool has room for outputs that are too large for memory
     */
    public record Tools(
            Preparer preparer,
            BlobCache blobs,
            WarmPool pool,
            SegmentStore segments,
            LiveAttempts live,
            AttemptMetrics metrics,
            Spool spool) {}

    public WarmBatches(Tools tools) {
        this.tools = tools;
    }

    /** Starts a batch and returns at once; the listener hears of each task once. */
    public void start(StartBatch start, Consumer<BatchMoved> listener) {
        Key key = new Key(start.stage(), start.attempt(), start.tasks().first());
        KeptBatch batch = new KeptBatch(start, tools, listener, it -> batches.remove(key, it));
        batches.put(key, batch);
        threads.execute(() -> begin(batch));
    }

    /** Sends a signal to tasks of batches; those that have ended do not mind. */
    public void signal(SignalBatch signal) {
        RangeSet meant = new RangeSet(signal.tasks());
        batches.forEach((key, batch) -> {
            if (key.stage().equals(signal.stage())
                    && key.attempt() == signal.attempt()
                    && meets(meant, batch.start().tasks())) {
                // What has ended meanwhile is kept then, and disks are slow.
                threads.execute(() -> batch.signal(signal.tasks(), signal.signal()));
            }
        });
    }

    private static boolean meets(RangeSet tasks, Ranges.Range others) {
        int next = tasks.nextAtOrAfter(others.first());
        return next >= 0 && next < others.end();
    }

    /** Starts nothing more. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /** Blocks while blobs are fetched. */
    private void begin(KeptBatch batch) {
        try {
            batch.begin(tools.pool().batch(tasks(batch.start()), batch));
        } catch (UnpreparedException e) {
            LOG.debug("{} of {} cannot start", batch.start().tasks(), batch.start().stage(), e);
            batch.fail(e.failure());
        } catch (RuntimeException | Error e) {
            // The agent waits for the end of each task, so not even a defect may swallow one.
            LOG.error("running {} of {} failed", batch.start().tasks(), batch.start().stage(), e);
            batch.fail(new Failure(Failure.Kind.WORKER_TROUBLE, 0, "the worker failed: " + e));
        }
    }

    private WarmTasks tasks(StartBatch start) throws UnpreparedException {
        TaskTemplate template = start.spec().task();
        Optional<BlobRef> setup = template.warm().flatMap(TaskTemplate.Warm::setup);
        ByteString setupBytes = setup.isPresent() ? setup(setup.get()) : ByteString.EMPTY;
        List<ByteString> items = new ArrayList<>(start.tasks().size());
        for (int index = start.tasks().first(); index < start.tasks().end(); index++) {
            items.add(tools.preparer().item(template, index).bytes());
        }
        return new WarmTasks(
                WarmKind.of(template, start.spec().need(), start.gpus()),
                setup,
                setupBytes,
                start.stage(),
                start.attempt(),
                start.epoch() + "." + start.attempt(),
                start.tasks().first(),
                items);
    }

    private ByteString setup(BlobRef blob) throws UnpreparedException {
        synchronized (setups) {
            ByteString known = setups.get(blob);
            if (known != null) {
                return known;
            }
        }
        ByteString bytes;
        try (PinnedBlob pinned = tools.blobs().open(blob)) {
            bytes = ByteString.copyFrom(Files.readAllBytes(pinned.file()));
        } catch (IOException e) {
            throw Preparer.blobTrouble("the setup of the stage cannot be had", e);
        }
        synchronized (setups) {
            setups.put(blob, bytes);
            if (setups.size() > SETUPS_KEPT_MAX) {
                setups.remove(setups.keySet().iterator().next());
            }
        }
        return bytes;
    }
}
