package dev.atoll.master.file;

import com.google.common.util.concurrent.ListenableFuture;

import dev.atoll.core.keeper.KeeperCommand.Copy;
import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.BlobRelay;
import dev.atoll.proto.worker.v1.KeepBlobsRequest;
import dev.atoll.proto.worker.v1.KeepBlobsResponse;
import dev.atoll.proto.worker.v1.KeepingServiceGrpc;
import dev.atoll.proto.worker.v1.KeepingServiceGrpc.KeepingServiceFutureStub;
import dev.atoll.proto.worker.v1.ListKeptBlobsRequest;
import dev.atoll.proto.worker.v1.ListKeptBlobsResponse;
import dev.atoll.proto.worker.v1.ReleaseBlobsRequest;
import dev.atoll.runtime.wire.DurationWire;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Channel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The workers, as who keeps blobs. */
final class Keepers {
    static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Keepers.class);
    private static final Duration COPY_MAX = Duration.ofMinutes(10);
    private static final int COPIES_AT_ONCE = 4;
    private static final int BATCH_MAX = 10_000;

    private final BlobRelay relay;

    Keepers(BlobRelay relay) {
        this.relay = relay;
    }

    /**
     * What a worker keeps.
     *
     * @param usage how its disk is used; without blobs
     */
    record Kept(ListKeptBlobsResponse usage, Set<BlobRef> blobs) {}

    /** Workers that can be asked, ordered by id. */
    List<WorkerView> present(SchedulerLoop loop) {
        return relay.present(loop);
    }

    /** How the disks are used of those that answer. */
    Map<WorkerId, ListKeptBlobsResponse> usage(Collection<WorkerView> workers, long epoch) {
        ListKeptBlobsRequest request =
                ListKeptBlobsRequest.newBuilder().setEpoch(epoch).setPageSize(-1).build();
        return all(workers, stub -> stub.listKeptBlobs(request));
    }

    /** What a worker keeps; empty if it does not answer. */
    Optional<Kept> list(WorkerView worker, long epoch) {
        Set<BlobRef> blobs = new LinkedHashSet<>();
        String token = "";
        while (true) {
            ListKeptBlobsRequest request =
                    ListKeptBlobsRequest.newBuilder().setEpoch(epoch).setPageToken(token).build();
            ListKeptBlobsResponse page =
                    all(List.of(worker), stub -> stub.listKeptBlobs(request)).get(worker.id());
            if (page == null) {
                return Optional.empty();
            }
            page.getBlobsList().forEach(blob -> blobs.add(SpecWire.fromProto(blob, "blobs")));
            token = page.getNextPageToken();
            if (token.isEmpty()) {
                return Optional.of(new Kept(page.toBuilder().clearBlobs().build(), blobs));
            }
        }
    }

    /** Has everybody keep what is there of some blobs; says what each keeps of them now. */
    Map<WorkerId, Set<BlobRef>> keep(
            Collection<WorkerView> workers, List<BlobRef> blobs, long epoch) {
        Map<WorkerId, Set<BlobRef>> kept = new LinkedHashMap<>();
        for (List<BlobRef> batch : batches(blobs)) {
            KeepBlobsRequest.Builder request = KeepBlobsRequest.newBuilder().setEpoch(epoch);
            batch.forEach(blob -> request.addBlobs(SpecWire.toProto(blob)));
            Map<WorkerId, KeepBlobsResponse> answers =
                    all(workers, stub -> stub.keepBlobs(request.build()));
            answers.forEach((worker, answer) -> {
                Set<BlobRef> here = new LinkedHashSet<>(batch);
                answer.getMissingList()
                        .forEach(blob -> here.remove(SpecWire.fromProto(blob, "missing")));
                kept.computeIfAbsent(worker, _ -> new LinkedHashSet<>()).addAll(here);
            });
        }
        return kept;
    }

    /** Has a worker not keep some blobs any more that it has kept for so long. */
    void release(WorkerView worker, List<BlobRef> blobs, Duration ageMin, long epoch) {
        for (List<BlobRef> batch : batches(blobs)) {
            ReleaseBlobsRequest.Builder request =
                    ReleaseBlobsRequest.newBuilder()
                            .setEpoch(epoch)
                            .setAgeMin(DurationWire.toProto(ageMin));
            batch.forEach(blob -> request.addBlobs(SpecWire.toProto(blob)));
            var _ = all(List.of(worker), stub -> stub.releaseBlobs(request.build()));
        }
    }

    /**
     * Has copies made, some at once, and waits for them.
     *
     * @param here the workers that can be asked
     * @return how many were made
     */
    int copy(List<Copy> copies, Map<WorkerId, WorkerView> here, long epoch)
            throws InterruptedException {
        Semaphore places = new Semaphore(COPIES_AT_ONCE);
        AtomicInteger made = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Copy copy : copies) {
                places.acquire();
                threads.execute(() -> {
                    try {
                        made.addAndGet(copy(copy, here, epoch) ? 1 : 0);
                    } finally {
                        places.release();
                    }
                });
            }
        }
        return made.get();
    }

    private boolean copy(Copy copy, Map<WorkerId, WorkerView> here, long epoch) {
        WorkerView from = here.get(copy.from());
        WorkerView to = here.get(copy.to());
        if (from == null || to == null) {
            return false;
        }
        KeepBlobsRequest request =
                KeepBlobsRequest.newBuilder()
                        .setEpoch(epoch)
                        .addBlobs(SpecWire.toProto(copy.blob()))
                        .setSourceAddress(from.address())
                        .setSourceWorkerId(from.id().value())
                        .build();
        return !all(List.of(to), COPY_MAX, stub -> stub.keepBlobs(request)).isEmpty();
    }

    private <T> Map<WorkerId, T> all(
            Collection<WorkerView> workers,
            Function<KeepingServiceFutureStub, ListenableFuture<T>> call) {
        return all(workers, ANSWER_MAX, call);
    }

    /** Asks several at once; those that do not answer are left out. */
    private <T> Map<WorkerId, T> all(
            Collection<WorkerView> workers,
            Duration most,
            Function<KeepingServiceFutureStub, ListenableFuture<T>> call) {
        Map<WorkerId, ListenableFuture<T>> asked = new LinkedHashMap<>();
        for (WorkerView worker : workers) {
            Optional<Channel> channel = relay.to(worker);
            channel.ifPresent(to ->
                    asked.put(
                            worker.id(),
                            call.apply(
                                    KeepingServiceGrpc.newFutureStub(to)
                                            .withDeadlineAfter(
                                                    most.toNanos(), TimeUnit.NANOSECONDS))));
        }
        Map<WorkerId, T> answers = new LinkedHashMap<>();
        asked.forEach((worker, answer) -> {
            try {
                answers.put(worker, answer.get());
            } catch (ExecutionException e) {
                LOG.info("Worker {} does not keep or say what it should: {}", worker, e.getCause());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        return answers;
    }

    private static List<List<BlobRef>> batches(List<BlobRef> blobs) {
        List<List<BlobRef>> batches = new ArrayList<>();
        for (int from = 0; from < blobs.size(); from += BATCH_MAX) {
            batches.add(blobs.subList(from, Math.min(blobs.size(), from + BATCH_MAX)));
        }
        return batches;
    }
}
