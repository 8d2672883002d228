package dev.atoll.master.file;

import com.google.protobuf.Timestamp;

import dev.atoll.core.keeper.Keeper;
import dev.atoll.core.keeper.KeeperCommand;
import dev.atoll.core.keeper.Survey;
import dev.atoll.core.keeper.Survey.Holder;
import dev.atoll.core.keeper.Survey.NamedFile;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.BlobRelay;
import dev.atoll.master.session.Term;
import dev.atoll.master.session.Terms;
import dev.atoll.proto.file.v1.CreateFileRequest;
import dev.atoll.proto.file.v1.File;
import dev.atoll.proto.file.v1.WorkerUsage;
import dev.atoll.proto.worker.v1.ListKeptBlobsResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.NamingClient;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The files that have names. While this master leads, it sees to it that their blocks are on two
 * workers. Safe for use by several threads.
 */
public final class Files implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Files.class);

    /** How often to look whether somebody came or went, and at everything. */
    private static final Duration GLANCE_INTERVAL = Duration.ofSeconds(1);

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(30);

    private final Terms terms;
    private final FileNames names;
    private final Manifests manifests;
    private final Keepers keepers;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Semaphore nudges = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** On how many workers a file was when last seen. */
    private record Seen(dev.atoll.proto.job.v1.BlobRef manifest, int copies) {}

    public Files(Terms terms, NamingClient naming, BlobRelay relay) {
        this.terms = terms;
        this.names = new FileNames(naming);
        this.manifests = new Manifests(relay);
        this.keepers = new Keepers(relay);
        relay.whenDamaged(this::nudge);
        this.thread = Thread.ofVirtual().name("file-keeper").unstarted(this::run);
    }

    /** Begins to keep files whenever this master leads. */
    public void start() {
        thread.start();
    }

    FileNames names() {
        return names;
    }

    /** Gives a file its name, once its blobs are kept. */
    File create(CreateFileRequest request) throws InterruptedException {
        SchedulerLoop loop = terms.leading().loop();
        String name = request.getName();
        Optional<FileNames.Named> before = names.find(name);
        if (before.isPresent() && !request.getReplace()) {
            return sameOrExists(request, before.get());
        }
        Manifests.Contents contents = manifests.read(request.getManifest(), loop);
        int copies = keep(new NamedFile(name, contents.blobs()), loop);
        Instant now = Instant.now();
        File file =
                File.newBuilder()
                        .setName(name)
                        .setManifest(request.getManifest())
                        .setSizeBytes(contents.sizeBytes())
                        .setCreateTime(
                                Timestamp.newBuilder()
                                        .setSeconds(now.getEpochSecond())
                                        .setNanos(now.getNano()))
                        .build();
        if (!names.bind(file, before.map(FileNames.Named::revision).orElse(0L))) {
            // Somebody else was faster, or only the answer to the same bind was lost.
            return sameOrExists(request, names.require(name));
        }
        note(file, copies);
        nudge();
        return withCopies(file);
    }

    /** Removes a name. */
    void delete(String name) {
        FileNames.Named file = names.require(name);
        if (!names.unbind(name, file.revision())) {
            throw ApiException.unavailable("NAME_CHANGED", "another file has just got this name");
        }
        seen.remove(name);
        nudge();
    }

    /** The file with what is known of its copies. */
    File withCopies(File file) {
        Seen known = seen.get(file.getName());
        return known == null || !known.manifest().equals(file.getManifest())
                ? file
                : file.toBuilder().setCopyCount(known.copies()).build();
    }

    /** How the workers' disks are used. */
    List<WorkerUsage> usage() {
        SchedulerLoop loop = terms.leading().loop();
        return keepers.usage(keepers.present(loop), loop.epoch()).entrySet().stream()
                .map(entry ->
                        WorkerUsage.newBuilder()
                                .setWorkerId(entry.getKey().value())
                                .setKeptBytes(entry.getValue().getKeptBytes())
                                .setCachedBytes(entry.getValue().getCachedBytes())
                                .setCachedBytesMax(entry.getValue().getCachedBytesMax())
                                .setFreeBytes(entry.getValue().getFreeBytes())
                                .build())
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private File sameOrExists(CreateFileRequest request, FileNames.Named present) {
        if (present.file().getManifest().equals(request.getManifest())) {
            return withCopies(present.file());
        }
        throw ApiException.alreadyExists(
                        "FILE_EXISTS", "a file is called %s already".formatted(request.getName()))
                .with("name", request.getName());
    }

    /**
     * Has the blobs kept where they are. Those that came while some workers were not back, such as
     * right after this master has begun to lead, are copied to a second one.
     *
     * @return the least number of workers that have one
     */
    private int keep(NamedFile file, SchedulerLoop loop) throws InterruptedException {
        Map<WorkerId, WorkerView> here = new TreeMap<>();
        keepers.present(loop).forEach(worker -> here.put(worker.id(), worker));
        long ready =
                here.values().stream()
                        .filter(worker -> worker.state() == WorkerState.READY)
                        .count();
        int wanted = Math.clamp(ready, 1, Keeper.COPIES);
        Keeper keeper = new Keeper(FileKeeper.COPIES_MAX);
        List<KeeperCommand.Copy> copies = new ArrayList<>();
        for (KeeperCommand command : keeper.look(survey(file, here, loop.epoch()))) {
            if (command instanceof KeeperCommand.Copy copy) {
                copies.add(copy);
            }
        }
        int found = keeper.copies(file.name()).orElse(0);
        if (found > 0 && found < wanted && !copies.isEmpty()) {
            int _ = keepers.copy(copies, here, loop.epoch());
            var _ = keeper.look(survey(file, here, loop.epoch()));
            found = keeper.copies(file.name()).orElse(0);
        }
        if (found < wanted) {
            throw ApiException.failedPrecondition(
                    "BLOBS_MISSING",
                    "some blocks are on fewer than %d workers: put the file again"
                            .formatted(wanted));
        }
        return found;
    }

    private Survey survey(NamedFile file, Map<WorkerId, WorkerView> here, long epoch) {
        Map<WorkerId, ListKeptBlobsResponse> usage = keepers.usage(here.values(), epoch);
        Map<WorkerId, Set<BlobRef>> kept = keepers.keep(here.values(), file.blobs(), epoch);
        List<Holder> holders = new ArrayList<>();
        for (WorkerView worker : here.values()) {
            Set<BlobRef> blobs = kept.get(worker.id());
            ListKeptBlobsResponse disk = usage.get(worker.id());
            if (blobs != null && disk != null) {
                boolean isTaking = worker.state() == WorkerState.READY;
                holders.add(new Holder(worker.id(), true, isTaking, disk.getFreeBytes(), blobs));
            }
        }
        return new Survey(List.of(file), false, holders, false);
    }

    private void note(File file, int copies) {
        seen.put(file.getName(), new Seen(file.getManifest(), copies));
    }

    private void nudge() {
        nudges.release();
    }

    private void run() {
        while (!closed) {
            try {
                Optional<Term> term = terms.present();
                if (term.isPresent()) {
                    lead(term.get().loop());
                } else {
                    boolean _ =
                            nudges.tryAcquire(GLANCE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException _) {
                LOG.debug("The keeper of files ends");
            }
        }
    }

    /** Keeps files until the term is over. */
    private void lead(SchedulerLoop loop) throws InterruptedException {
        seen.clear();
        FileKeeper keeper = new FileKeeper(loop, names, manifests, keepers, this::note);
        Map<?, ?> workers = Map.of();
        long lookedNanos = System.nanoTime() - LOOK_INTERVAL.toNanos();
        boolean again = true;
        while (!closed && !loop.isOver()) {
            try {
                Map<?, ?> now = FileKeeper.workers(loop);
                boolean isDue = System.nanoTime() - lookedNanos >= LOOK_INTERVAL.toNanos();
                boolean isNudged = nudges.drainPermits() > 0;
                if (again || isDue || isNudged || !now.equals(workers)) {
                    workers = now;
                    lookedNanos = System.nanoTime();
                    again = keeper.look();
                }
            } catch (ApiException e) {
                LOG.debug("The keeper of files could not look around", e);
                again = false;
            } catch (RuntimeException e) {
                LOG.error("The keeper of files failed", e);
                again = false;
            }
            if (nudges.tryAcquire(GLANCE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                nudges.release();
            }
        }
    }
}
