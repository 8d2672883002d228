package dev.atoll.master.relay;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.master.session.Term;
import dev.atoll.master.stream.Inflow;
import dev.atoll.master.stream.Uplink;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.Status;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a blob to some workers at once, as fast as the slowest of them reads. */
final class BlobWriting {
    private static final Logger LOG = LoggerFactory.getLogger(BlobWriting.class);
    private static final int COPIES_MAX = 3;

    /** On how many workers a blob is kept, unless its writer wants something else. */
    static final int COPIES_DEFAULT = 2;

    private static final int DATA_BYTES_MAX = 256 << 10;

    private final WorkerChannels channels;
    private final BlobLocations locations;
    private final MasterMetrics metrics;
    private final BlobTargets targets = new BlobTargets();

    BlobWriting(WorkerChannels channels, BlobLocations locations, MasterMetrics metrics) {
        this.channels = channels;
        this.locations = locations;
        this.metrics = metrics;
    }

    /**
     * What somebody wants to write.
     *
     * @param count on how many workers
     * @param keep whether no fewer will do, if there are so many
     */
    record Wish(BlobRef blob, int count, boolean keep) {
        static Wish of(BlobRef blob, int copyCount, boolean keep) {
            FieldChecks checks = new FieldChecks();
            BlobEndpoint.check(blob, "blob", checks);
            checks.check(
                    copyCount >= 0 && copyCount <= COPIES_MAX,
                    "copy_count",
                    copyCount,
                    "1 to 3, or nothing");
            checks.throwIfAny();
            return new Wish(blob, copyCount == 0 ? COPIES_DEFAULT : copyCount, keep);
        }

        /** How many workers must have taken it before it is written. */
        int copiesMin(List<WorkerView> present) {
            return keep ? BlobTargets.kept(present, count) : 1;
        }
    }

    /** Where a blob is to be written, and by how many it must be taken. */
    record Plan(List<WorkerView> workers, int copiesMin) {}

    /** Chooses workers for a blob that does not come through here; none where too few have room. */
    Plan plan(Wish wish, Term term) {
        List<WorkerView> present = channels.present(term.loop());
        List<WorkerView> chosen =
                targets.choose(present, term.sessions(), wish.blob().getSizeBytes(), wish.count());
        int copiesMin = wish.copiesMin(present);
        if (chosen.size() < copiesMin) {
            return new Plan(List.of(), copiesMin);
        }
        // Whoever looks there too soon looks elsewhere then.
        chosen.forEach(worker -> locations.add(wish.blob().getSha256(), worker.id()));
        return new Plan(chosen, copiesMin);
    }

    /** One worker that the blob is written to. */
    private record Copy(WorkerId worker, Inflow<WriteBlobRequest, WriteBlobResponse> flow) {}

    WriteBlobResponse write(Uplink<WriteBlobRequest> uplink, Term term)
            throws InterruptedException {
        WriteBlobRequest first = uplink.next().orElseGet(WriteBlobRequest::getDefaultInstance);
        Wish wish = Wish.of(first.getBlob(), first.getCopyCount(), first.getKeep());
        List<WorkerView> present = channels.present(term.loop());
        int least = wish.copiesMin(present);
        List<Copy> copies = open(wish, present, term);
        if (copies.isEmpty()) {
            if (first.getKeep() && !present.isEmpty()) {
                throw noRoom(0, least);
            }
            throw ApiException.unavailable(
                    "NO_WORKERS", "no worker is here that has room for the blob");
        }
        try {
            if (copies.size() < least) {
                throw noRoom(copies.size(), least);
            }
            pass(first, uplink, copies);
            WriteBlobResponse response = finish(first, copies);
            if (response.getWorkerIdsCount() < least) {
                // The writer has to send it again: to others, if there are any.
                throw targets.hasOthers(present, least)
                        ? ApiException.unavailable("COPIES_MISSING", "a worker has no room")
                        : noRoom(response.getWorkerIdsCount(), least);
            }
            return response;
        } finally {
            copies.forEach(copy -> copy.flow().close());
        }
    }

    private static ApiException noRoom(int found, int least) {
        return ApiException.resourceExhausted(
                "NO_ROOM",
                "the workers' disks are full: %d of %d that shall keep a block had room for it"
                        .formatted(found, least));
    }

    private List<Copy> open(Wish wish, List<WorkerView> present, Term term) {
        List<WorkerView> chosen =
                targets.choose(present, term.sessions(), wish.blob().getSizeBytes(), wish.count());
        List<Copy> copies = new ArrayList<>();
        for (WorkerView worker : chosen) {
            channels.to(worker)
                    .ifPresent(channel ->
                            copies.add(
                                    new Copy(
                                            worker.id(),
                                            Inflow.open(
                                                    channel,
                                                    BlobServiceGrpc.getWriteBlobMethod()))));
        }
        return copies;
    }

    /** Passes everything on, until no worker wants more: because it has the blob, or cannot. */
    private void pass(WriteBlobRequest first, Uplink<WriteBlobRequest> uplink, List<Copy> copies)
            throws InterruptedException {
        List<Copy> reading = new ArrayList<>(copies);
        Optional<WriteBlobRequest> next = Optional.of(first);
        while (next.isPresent() && !reading.isEmpty()) {
            WriteBlobRequest message = next.get();
            checkData(message);
            List<Copy> still = new ArrayList<>();
            for (Copy copy : reading) {
                if (copy.flow().send(message)) {
                    still.add(copy);
                }
            }
            reading = still;
            metrics.relayed("blob", message.getData().size());
            next = reading.isEmpty() ? Optional.empty() : uplink.next();
        }
        reading.forEach(copy -> copy.flow().halfClose());
    }

    private WriteBlobResponse finish(WriteBlobRequest first, List<Copy> copies)
            throws InterruptedException {
        WriteBlobResponse.Builder response = WriteBlobResponse.newBuilder();
        Optional<ApiException> failure = Optional.empty();
        for (Copy copy : copies) {
            try {
                if (copy.flow().next().isPresent()) {
                    response.addWorkerIds(copy.worker().value());
                    locations.add(first.getBlob().getSha256(), copy.worker());
                }
            } catch (ApiException e) {
                LOG.warn("Worker {} did not take a blob: {}", copy.worker(), e.message());
                failure = Optional.of(e);
                if (e.code() == Status.Code.RESOURCE_EXHAUSTED) {
                    targets.refused(copy.worker());
                }
            }
        }
        boolean isShort =
                failure.map(e -> e.code() == Status.Code.RESOURCE_EXHAUSTED).orElse(false);
        if (response.getWorkerIdsCount() == 0 && !(first.getKeep() && isShort)) {
            throw failure.orElseGet(
                    () -> ApiException.unavailable("NO_WORKERS", "no worker took the blob"));
        }
        return response.build();
    }

    private static void checkData(WriteBlobRequest message) {
        new FieldChecks()
                .check(
                        message.getData().size() <= DATA_BYTES_MAX,
                        "data",
                        message.getData().size() + " bytes",
                        "up to 256 KiB in a message")
                .throwIfAny();
    }
}
