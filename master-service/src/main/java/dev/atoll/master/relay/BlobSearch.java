package dev.atoll.master.relay;

import com.google.common.util.concurrent.ListenableFuture;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Asks all workers at once which blobs they have. */
final class BlobSearch {
    private static final Logger LOG = LoggerFactory.getLogger(BlobSearch.class);
    private static final long ANSWER_SECONDS_MAX = 10;

    private final WorkerChannels channels;
    private final BlobLocations locations;

    BlobSearch(WorkerChannels channels, BlobLocations locations) {
        this.channels = channels;
        this.locations = locations;
    }

    /**
     * Those of the blobs that are not on as many workers as a blob is written to, in the order
     * asked: whoever writes them once more makes up for a disk that was lost.
     */
    List<BlobRef> missing(SchedulerLoop loop, List<BlobRef> blobs) {
        List<WorkerView> present = channels.present(loop);
        Map<WorkerId, Set<BlobRef>> lacks = ask(present, blobs);
        long takers =
                present.stream()
                        .filter(worker -> worker.state() == WorkerState.READY)
                        .filter(worker -> lacks.containsKey(worker.id()))
                        .count();
        long wanted = Math.max(1, Math.min(BlobWriting.COPIES_DEFAULT, takers));
        return blobs.stream()
                .filter(blob ->
                        lacks.values().stream()
                                        .filter(lacking -> !lacking.contains(blob))
                                        .limit(wanted)
                                        .count()
                                < wanted)
                .toList();
    }

    /** The workers that have a blob, by what they say now. */
    List<WorkerId> holders(SchedulerLoop loop, BlobRef blob) {
        List<WorkerId> holders = new ArrayList<>();
        ask(channels.present(loop), List.of(blob))
                .forEach((worker, missingThere) -> {
                    if (missingThere.isEmpty()) {
                        holders.add(worker);
                    }
                });
        return holders;
    }

    /** The workers that have each of some blobs: where they were seen, or by what all say now. */
    List<List<WorkerId>> located(SchedulerLoop loop, List<BlobRef> blobs) {
        List<BlobRef> unseen =
                blobs.stream().filter(blob -> locations.of(blob.getSha256()).isEmpty()).toList();
        if (!unseen.isEmpty()) {
            var _ = ask(channels.present(loop), unseen);
        }
        return blobs.stream().map(blob -> locations.of(blob.getSha256())).toList();
    }

    /** What each worker lacks; those that do not answer are left out. */
    private Map<WorkerId, Set<BlobRef>> ask(List<WorkerView> workers, List<BlobRef> blobs) {
        FindMissingBlobsRequest request =
                FindMissingBlobsRequest.newBuilder().addAllBlobs(blobs).build();
        Map<WorkerId, ListenableFuture<FindMissingBlobsResponse>> asked = new LinkedHashMap<>();
        for (WorkerView worker : workers) {
            channels.to(worker)
                    .ifPresent(channel ->
                            asked.put(
                                    worker.id(),
                                    BlobServiceGrpc.newFutureStub(channel)
                                            .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                                            .findMissingBlobs(request)));
        }
        Map<WorkerId, Set<BlobRef>> answers = new LinkedHashMap<>();
        asked.forEach((worker, answer) -> {
            try {
                Set<BlobRef> lacks = new LinkedHashSet<>(answer.get().getMissingList());
                answers.put(worker, lacks);
                blobs.stream()
                        .filter(blob -> !lacks.contains(blob))
                        .forEach(blob -> locations.add(blob.getSha256(), worker));
            } catch (ExecutionException e) {
                LOG.debug("Worker {} does not say which blobs it has", worker, e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        return answers;
    }
}
