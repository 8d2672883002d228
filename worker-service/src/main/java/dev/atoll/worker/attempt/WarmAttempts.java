package dev.atoll.worker.attempt;

import com.google.protobuf.ByteString;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.PinnedBlob;
import dev.atoll.worker.execution.RunningProcess;
import dev.atoll.worker.item.TaskItem;
import dev.atoll.worker.warm.WarmKind;
import dev.atoll.worker.warm.WarmPool;
import dev.atoll.worker.warm.WarmTask;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Begins the attempts of tasks that run in programs which stay. Thread-safe. */
public final class WarmAttempts {
    /* Each has at most 8 MiB. Tasks that follow each other are mostly of few stages. */
    private static final int SETUPS_KEPT_MAX = 3;

    private final Preparer preparer;
    private final BlobCache blobs;
    private final WarmPool pool;

    // Guarded by itself; the eldest is the one that was not used for longest.
    private final Map<BlobRef, ByteString> setups = new LinkedHashMap<>(16, 0.75f, true);

    public WarmAttempts(Preparer preparer, BlobCache blobs, WarmPool pool) {
        this.preparer = preparer;
        this.blobs = blobs;
        this.pool = pool;
    }

    /** Blocks while blobs are fetched; what it gives runs as soon as somebody awaits it. */
    RunningProcess begin(StartAttempt start) throws UnpreparedException {
        TaskTemplate template = start.spec().task();
        TaskItem item = preparer.item(template, start.task().index());
        Optional<BlobRef> setup = template.warm().flatMap(TaskTemplate.Warm::setup);
        ByteString setupBytes = setup.isPresent() ? setup(setup.get()) : ByteString.EMPTY;
        return pool.begin(
                new WarmTask(
                        WarmKind.of(template, start.spec().need(), start.gpus()),
                        setup,
                        setupBytes,
                        start.task(),
                        start.attempt(),
                        start.epoch() + "." + start.attempt(),
                        item.bytes()));
    }

    private ByteString setup(BlobRef blob) throws UnpreparedException {
        synchronized (setups) {
            ByteString known = setups.get(blob);
            if (known != null) {
                return known;
            }
        }
        ByteString bytes;
        try (PinnedBlob pinned = blobs.open(blob)) {
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
