package dev.atoll.worker.attempt;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Failure;
import dev.atoll.worker.disk.DiskTrouble;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.files.FileTrees;
import dev.atoll.worker.warm.WarmKind;
import dev.atoll.worker.warm.WarmLaunching;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Makes ready what warm programs need: their directory with its files, their environment. */
public final class WarmLaunches implements WarmLaunching {
    /** Stands for the Java launcher that this worker runs on. */
    private static final String JAVA = "atoll:java";

    private final Workplaces workplaces;
    private final FileTrees files;
    private final Surroundings surroundings;
    private final String worker;
    private final String markerPrefix;
    private final AtomicLong launches = new AtomicLong();

    /**
     * @param worker the name of this worker
     * @param markerPrefix how the markers of this worker's launches start
     */
    public WarmLaunches(
            Workplaces workplaces,
            FileTrees files,
            Surroundings surroundings,
            String worker,
            String markerPrefix) {
        this.workplaces = workplaces;
        this.files = files;
        this.surroundings = surroundings;
        this.worker = worker;
        this.markerPrefix = markerPrefix;
    }

    @Override
    public Outcome prepare(WarmKind kind) {
        if (!kind.workingDirectory().isEmpty()) {
            return ready(kind, Path.of(kind.workingDirectory()), () -> {});
        }
        Path workplace;
        try {
            workplace = workplaces.take();
        } catch (IOException e) {
            return new Outcome.Unready(
                    new Failure(Failure.Kind.WORKER_TROUBLE, 0, DiskTrouble.describe(e)));
        }
        if (kind.files().isPresent()) {
            BlobRef tree = kind.files().get();
            try {
                files.layOut(tree, workplace);
            } catch (IOException e) {
                workplaces.giveBack(workplace);
                return new Outcome.Unready(
                        Preparer.blobTrouble("the program's files cannot be had", e).failure());
            }
        }
        return ready(kind, workplace, () -> workplaces.giveBack(workplace));
    }

    private Outcome ready(WarmKind kind, Path directory, Runnable release) {
        Marker marker = new Marker(markerPrefix + "warm-" + launches.incrementAndGet());
        List<String> command = new ArrayList<>(kind.command());
        if (command.getFirst().equals(JAVA)) {
            command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        }
        Launch launch =
                new Launch(
                        command,
                        kind.command().getFirst(),
                        surroundings.of(kind, worker, marker),
                        directory,
                        marker,
                        new Launch.Input.Piped());
        return new Outcome.Ready(launch, release);
    }
}
