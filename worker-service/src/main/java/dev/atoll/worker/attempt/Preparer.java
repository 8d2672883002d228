package dev.atoll.worker.attempt;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.PinnedBlob;
import dev.atoll.worker.disk.DiskTrouble;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.files.FileTrees;
import dev.atoll.worker.files.LeftFiles;
import dev.atoll.worker.files.NotLeftException;
import dev.atoll.worker.item.Items;
import dev.atoll.worker.item.TaskItem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Makes ready what an attempt needs: its item, its input, its directory, its environment. */
public final class Preparer {
    private final Items items;
    private final BlobCache blobs;
    private final FileTrees files;
    private final StageInputs inputs;
    private final Workplaces workplaces;
    private final Surroundings surroundings;
    private final String markerPrefix;
    private final AtomicLong launches = new AtomicLong();

    /**
     * @param markerPrefix how the markers of this worker's launches start
     */
    public Preparer(
            Items items,
            BlobCache blobs,
            FileTrees files,
            StageInputs inputs,
            Workplaces workplaces,
            Surroundings surroundings,
            String markerPrefix) {
        this.items = items;
        this.blobs = blobs;
        this.files = files;
        this.inputs = inputs;
        this.workplaces = workplaces;
        this.surroundings = surroundings;
        this.markerPrefix = markerPrefix;
    }

    /**
     * Blocks while blobs are fetched, or the writer of a pipe starts.
     *
     * @param isStopped whether that is of no use any more
     */
    Preparation prepare(StartAttempt start, BooleanSupplier isStopped) throws UnpreparedException {
        TaskTemplate template = start.spec().task();
        TaskItem item = item(template, start.task().index());
        Marker marker = new Marker(markerPrefix + launches.incrementAndGet());
        Optional<FedInput> fed = shared(template, item).or(() -> inputs.of(start));
        Optional<PinnedBlob> pinned = fed.isEmpty() ? input(template, item) : Optional.empty();
        boolean isOwn = !template.workingDirectory().isEmpty();
        Path directory;
        try {
            directory = isOwn ? Path.of(template.workingDirectory()) : workplace(template);
        } catch (UnpreparedException e) {
            pinned.ifPresent(PinnedBlob::close);
            throw e;
        }
        LeftFiles left;
        try {
            left = LeftFiles.of(directory, template.outputs(), item::expand);
        } catch (NotLeftException e) {
            pinned.ifPresent(PinnedBlob::close);
            workplaces.giveBack(directory);
            throw new UnpreparedException(
                    Failure.Kind.OUTPUT_MISSING, String.valueOf(e.getMessage()), e);
        }
        Runnable release = isOwn ? () -> {} : () -> workplaces.giveBack(directory);
        // Last, as nobody else can have the pipe from then on.
        fed = fed.isPresent() ? fed : piped(start, isStopped, release);
        List<String> command = template.command().stream().map(item::expand).toList();
        Launch launch =
                new Launch(
                        command,
                        template.command().getFirst(),
                        surroundings.of(start, item, marker),
                        directory,
                        marker,
                        launchInput(template, pinned, fed),
                        template.pipe().isPresent() ? Launch.Output.PIPED : Launch.Output.AWAITED);
        return new Preparation(launch, fed, pinned, left, release);
    }

    /** A fresh directory, with the task's files in it. */
    private Path workplace(TaskTemplate template) throws UnpreparedException {
        Path workplace;
        try {
            workplace = workplaces.take();
        } catch (IOException e) {
            throw new UnpreparedException(Failure.Kind.WORKER_TROUBLE, DiskTrouble.describe(e), e);
        }
        if (template.files().isPresent()) {
            try {
                files.layOut(template.files().get(), workplace);
            } catch (IOException e) {
                workplaces.giveBack(workplace);
                throw blobTrouble("the task's files cannot be had", e);
            }
        }
        return workplace;
    }

    /** The item of a task. Blocks while it is fetched. */
    TaskItem item(TaskTemplate template, int index) throws UnpreparedException {
        try {
            return items.item(template, index);
        } catch (IOException e) {
            throw unavailable("the task's item cannot be had", e);
        }
    }

    private Optional<FedInput> piped(
            StartAttempt start, BooleanSupplier isStopped, Runnable release)
            throws UnpreparedException {
        if (!(start.spec().task().input() instanceof TaskTemplate.Input.Piped)) {
            return Optional.empty();
        }
        try {
            return Optional.of(inputs.piped(start, isStopped));
        } catch (IOException e) {
            release.run();
            throw unavailable("the task before it in the pipe cannot be read", e);
        }
    }

    private static Optional<FedInput> shared(TaskTemplate template, TaskItem item)
            throws UnpreparedException {
        if (!(template.input() instanceof TaskTemplate.Input.ItemBlob) || item.part().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SharedInput.of(item.part().get()));
        } catch (IOException e) {
            throw unavailable("the shared file cannot be had", e);
        }
    }

    private Optional<PinnedBlob> input(TaskTemplate template, TaskItem item)
            throws UnpreparedException {
        if (!(template.input() instanceof TaskTemplate.Input.ItemBlob)) {
            return Optional.empty();
        }
        BlobRef blob =
                item.input()
                        .orElseThrow(() ->
                                unavailable(
                                        "the task's item names no blob",
                                        new IOException("absent")));
        try {
            return Optional.of(blobs.open(blob));
        } catch (IOException e) {
            throw blobTrouble("the task's input blob cannot be had", e);
        }
    }

    private static Launch.Input launchInput(
            TaskTemplate template, Optional<PinnedBlob> pinned, Optional<FedInput> fed) {
        if (fed.isPresent()) {
            return new Launch.Input.Piped();
        }
        return switch (template.input()) {
            case TaskTemplate.Input.Empty() -> new Launch.Input.Empty();
            case TaskTemplate.Input.Attached() -> new Launch.Input.Piped();
            case TaskTemplate.Input.Gathered _,
                    TaskTemplate.Input.Shuffled _,
                    TaskTemplate.Input.Piped _ ->
                    new Launch.Input.Piped();
            case TaskTemplate.Input.ItemBlob() ->
                    new Launch.Input.FromFile(pinned.orElseThrow().file());
        };
    }

    static UnpreparedException blobTrouble(String detail, IOException cause) {
        return DiskTrouble.isFull(cause)
                ? new UnpreparedException(
                        Failure.Kind.WORKER_TROUBLE, DiskTrouble.describe(cause), cause)
                : unavailable(detail, cause);
    }

    private static UnpreparedException unavailable(String detail, IOException cause) {
        return new UnpreparedException(
                Failure.Kind.INPUT_UNAVAILABLE, detail + ": " + cause.getMessage(), cause);
    }
}
