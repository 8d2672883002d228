package dev.atoll.master.file;

import dev.atoll.core.keeper.Keeper;
import dev.atoll.core.keeper.KeeperCommand;
import dev.atoll.core.keeper.Survey;
import dev.atoll.core.keeper.Survey.Holder;
import dev.atoll.core.keeper.Survey.NamedFile;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.proto.file.v1.File;
import dev.atoll.runtime.grpc.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The hands of the keeper for one term: looks around, and has done what it says. One thread. */
final class FileKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(FileKeeper.class);

    /** Copies that are ordered after one look. */
    static final int COPIES_MAX = 256;

    /** For so long blobs are kept for files that may still get a name. */
    private static final Duration UPLOAD_GRACE = Duration.ofHours(1);

    /** What is kept again while it is being released is kept by a younger order. */
    private static final Duration RELEASE_MARGIN = Keepers.ANSWER_MAX.multipliedBy(2);

    private final SchedulerLoop loop;
    private final FileNames names;
    private final Manifests manifests;
    private final Keepers keepers;
    private final BiConsumer<File, Integer> onCopies;
    private final Keeper keeper = new Keeper(COPIES_MAX);
    private Map<dev.atoll.proto.job.v1.BlobRef, List<BlobRef>> known = new LinkedHashMap<>();
    private final Map<WorkerId, Keepers.Kept> lastKept = new TreeMap<>();

    /**
     * @param onCopies hears on how many workers each file is
     */
    FileKeeper(
            SchedulerLoop loop,
            FileNames names,
            Manifests manifests,
            Keepers keepers,
            BiConsumer<File, Integer> onCopies) {
        this.loop = loop;
        this.names = names;
        this.manifests = manifests;
        this.keepers = keepers;
        this.onCopies = onCopies;
    }

    /** The workers that have not been given up, and whether they may be given more. */
    static Map<WorkerId, WorkerState> workers(SchedulerLoop loop) {
        Map<WorkerId, WorkerState> states = new TreeMap<>();
        loop.peek(SchedulerView::workers).stream()
                .filter(worker -> worker.state() != WorkerState.LOST)
                .forEach(worker -> states.put(worker.id(), worker.state()));
        return states;
    }

    /**
     * Looks around once and does what is to be done.
     *
     * @return whether to look again soon
     */
    boolean look() throws InterruptedException {
        long startNanos = System.nanoTime();
        List<File> files = names.all();
        List<NamedFile> contents = contents(files);
        Map<WorkerId, WorkerView> here = new TreeMap<>();
        keepers.present(loop).forEach(worker -> here.put(worker.id(), worker));
        Map<WorkerId, WorkerState> all = workers(loop);
        lastKept.keySet().retainAll(all.keySet());
        List<Holder> holders = new ArrayList<>();
        boolean isSomebodyAwaited = false;
        for (Map.Entry<WorkerId, WorkerState> worker : all.entrySet()) {
            Optional<Keepers.Kept> kept =
                    Optional.ofNullable(here.get(worker.getKey()))
                            .flatMap(view -> keepers.list(view, loop.epoch()));
            kept.ifPresent(found -> lastKept.put(worker.getKey(), found));
            Optional<Keepers.Kept> latest = Optional.ofNullable(lastKept.get(worker.getKey()));
            isSomebodyAwaited |= latest.isEmpty();
            boolean isTaking = worker.getValue() == WorkerState.READY;
            latest.ifPresent(found ->
                    holders.add(
                            new Holder(
                                    worker.getKey(),
                                    kept.isPresent(),
                                    isTaking,
                                    found.usage().getFreeBytes(),
                                    found.blobs())));
        }
        boolean allKnown = contents.size() == files.size();
        List<KeeperCommand> commands =
                keeper.look(new Survey(contents, allKnown, holders, isSomebodyAwaited));
        if (!isSomebodyAwaited) {
            files.forEach(file -> onCopies.accept(file, keeper.copies(file.getName()).orElse(0)));
        }
        boolean copied = carryOut(commands, here, startNanos);
        return isSomebodyAwaited || copied;
    }

    /** The blobs of files; of those whose manifest cannot be read, nothing. */
    private List<NamedFile> contents(List<File> files) throws InterruptedException {
        Map<dev.atoll.proto.job.v1.BlobRef, List<BlobRef>> present = new LinkedHashMap<>();
        List<NamedFile> contents = new ArrayList<>();
        for (File file : files) {
            List<BlobRef> blobs =
                    present.getOrDefault(file.getManifest(), known.get(file.getManifest()));
            if (blobs == null) {
                try {
                    blobs = manifests.read(file.getManifest(), loop).blobs();
                } catch (ApiException e) {
                    LOG.info("The manifest of {} cannot be read: {}", file.getName(), e.message());
                    continue;
                }
            }
            present.put(file.getManifest(), blobs);
            contents.add(new NamedFile(file.getName(), blobs));
        }
        known = present;
        return contents;
    }

    /** Has everything done; true if something was copied. */
    private boolean carryOut(
            List<KeeperCommand> commands, Map<WorkerId, WorkerView> here, long startNanos)
            throws InterruptedException {
        List<KeeperCommand.Copy> copies = new ArrayList<>();
        for (KeeperCommand command : commands) {
            switch (command) {
                case KeeperCommand.Copy copy -> copies.add(copy);
                case KeeperCommand.Adopt(List<BlobRef> blobs) -> {
                    var _ = keepers.keep(here.values(), blobs, loop.epoch());
                }
                case KeeperCommand.Release(
                                WorkerId worker,
                                List<BlobRef> blobs,
                                boolean isKnown) -> {
                    Duration age =
                            isKnown
                                    ? RELEASE_MARGIN.plusNanos(System.nanoTime() - startNanos)
                                    : UPLOAD_GRACE;
                    WorkerView view = here.get(worker);
                    if (view != null) {
                        keepers.release(view, blobs, age, loop.epoch());
                    }
                }
            }
        }
        if (copies.isEmpty()) {
            return false;
        }
        int made = keepers.copy(copies, here, loop.epoch());
        LOG.info("{} of {} blocks were copied to a second worker", made, copies.size());
        return made > 0;
    }
}
