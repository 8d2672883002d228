package dev.atoll.master.relay;

import dev.atoll.core.model.WorkerId;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.stream.Inflow;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Channel;
import io.grpc.Status;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads blobs from whichever worker has them, and goes on with another at the byte it has come to.
 */
final class BlobReading {
    private final WorkerChannels channels;
    private final BlobSearch search;
    private final BlobLocations locations;
    private final MasterMetrics metrics;
    private volatile Runnable onDamage = () -> {};

    BlobReading(
            WorkerChannels channels,
            BlobSearch search,
            BlobLocations locations,
            MasterMetrics metrics) {
        this.channels = channels;
        this.search = search;
        this.locations = locations;
        this.metrics = metrics;
    }

    /** Has somebody hear that a worker could not give what it should have; must not block. */
    void whenDamaged(Runnable listener) {
        onDamage = listener;
    }

    /** Takes what is read. */
    interface Reader {
        /** Takes the next bytes. */
        void take(ReadBlobResponse next) throws InterruptedException;
    }

    void read(ReadBlobRequest request, SchedulerLoop loop, Reader out) throws InterruptedException {
        BlobRef blob = request.getBlob();
        Reading reading = new Reading(request, loop, out);
        if (reading.tryAll(locations.of(blob.getSha256()))) {
            return;
        }
        if (reading.tryAll(search.holders(loop, blob))) {
            return;
        }
        throw reading.failure.orElseGet(() ->
                ApiException.notFound("BLOB_NOT_FOUND", "no worker that is here has this blob"));
    }

    /** One reading of one blob. */
    private final class Reading {
        private final ReadBlobRequest request;
        private final BlobRef blob;
        private final SchedulerLoop loop;
        private final Reader out;
        private final Set<WorkerId> tried = new HashSet<>();
        private long offset;
        private Optional<ApiException> failure = Optional.empty();

        Reading(ReadBlobRequest request, SchedulerLoop loop, Reader out) {
            this.request = request;
            this.blob = request.getBlob();
            this.offset = request.getOffset();
            this.loop = loop;
            this.out = out;
        }

        /** Tries workers until the blob is read to its end; false if none of them had it all. */
        boolean tryAll(List<WorkerId> workers) throws InterruptedException {
            for (WorkerId worker : workers) {
                Optional<Channel> channel =
                        tried.add(worker) ? channels.find(loop, worker) : Optional.empty();
                if (channel.isPresent() && tryOne(worker, channel.get())) {
                    return true;
                }
            }
            return false;
        }

        private boolean tryOne(WorkerId worker, Channel channel) throws InterruptedException {
            ReadBlobRequest rest = request.toBuilder().setOffset(offset).build();
            try (var flow = Inflow.open(channel, BlobServiceGrpc.getReadBlobMethod(), rest)) {
                for (Optional<ReadBlobResponse> next = flow.next();
                        next.isPresent();
                        next = flow.next()) {
                    out.take(next.get());
                    offset += next.get().getData().size();
                    metrics.relayed("blob", next.get().getData().size());
                }
                return true;
            } catch (ApiException e) {
                if (e.code() == Status.Code.OUT_OF_RANGE) {
                    throw e;
                }
                locations.remove(blob.getSha256(), worker);
                if (e.code() != Status.Code.NOT_FOUND) {
                    failure = Optional.of(e);
                    onDamage.run();
                }
                return false;
            }
        }
    }
}
