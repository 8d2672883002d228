package dev.atoll.worker.serving;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.KeepBlobsRequest;
import dev.atoll.proto.worker.v1.KeepBlobsResponse;
import dev.atoll.proto.worker.v1.KeepingServiceGrpc.KeepingServiceImplBase;
import dev.atoll.proto.worker.v1.ListKeptBlobsRequest;
import dev.atoll.proto.worker.v1.ListKeptBlobsResponse;
import dev.atoll.proto.worker.v1.ReleaseBlobsRequest;
import dev.atoll.proto.worker.v1.ReleaseBlobsResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.wire.DurationWire;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobSource;
import dev.atoll.worker.blob.BlobStore;
import dev.atoll.worker.blob.BlobWriter;
import dev.atoll.worker.remote.PeerBlobSource;

import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps blobs for files that have names, as the master says that leads. */
public final class KeepingEndpoint extends KeepingServiceImplBase {
    private static final int BLOBS_MAX = 10_000;
    private static final int FETCHED_MAX = 16;

    private final BlobStore store;
    private final KeptRoom room;
    private final PeerChannels peers;
    private final AtomicLong highestEpoch = new AtomicLong();

    /**
     * @param peers the other workers, from which blobs are fetched
     */
    public KeepingEndpoint(BlobStore store, KeptRoom room, PeerChannels peers) {
        this.store = store;
        this.room = room;
        this.peers = peers;
    }

    @Override
    public void keepBlobs(KeepBlobsRequest request, StreamObserver<KeepBlobsResponse> responses) {
        boolean isFetched = !request.getSourceAddress().isEmpty();
        int most = isFetched ? FETCHED_MAX : BLOBS_MAX;
        new FieldChecks()
                .check(
                        request.getBlobsCount() <= most,
                        "blobs",
                        request.getBlobsCount(),
                        "at most 10,000, or 16 with a source")
                .throwIfAny();
        requireEpoch(request.getEpoch());
        try {
            List<BlobRef> missing = store.keep(refs(request.getBlobsList()));
            KeepBlobsResponse.Builder response = KeepBlobsResponse.newBuilder();
            if (isFetched) {
                fetch(missing, source(request));
            } else {
                missing.forEach(blob -> response.addMissing(SpecWire.toProto(blob)));
            }
            answer(responses, response.build());
        } catch (IOException e) {
            throw BlobReception.explain(e);
        }
    }

    @Override
    public void releaseBlobs(
            ReleaseBlobsRequest request, StreamObserver<ReleaseBlobsResponse> responses) {
        new FieldChecks()
                .check(
                        request.getBlobsCount() <= BLOBS_MAX,
                        "blobs",
                        request.getBlobsCount(),
                        "at most 10,000")
                .throwIfAny();
        requireEpoch(request.getEpoch());
        try {
            store.release(
                    refs(request.getBlobsList()),
                    DurationWire.fromProto(request.getAgeMin(), "age_min"));
            answer(responses, ReleaseBlobsResponse.getDefaultInstance());
        } catch (IOException e) {
            throw BlobReception.explain(e);
        }
    }

    @Override
    public void listKeptBlobs(
            ListKeptBlobsRequest request, StreamObserver<ListKeptBlobsResponse> responses) {
        new FieldChecks()
                .check(
                        request.getPageSize() <= BLOBS_MAX,
                        "page_size",
                        request.getPageSize(),
                        "up to 10,000")
                .throwIfAny();
        requireEpoch(request.getEpoch());
        ListKeptBlobsResponse.Builder response =
                ListKeptBlobsResponse.newBuilder()
                        .setKeptBytes(store.keptBytes())
                        .setCachedBytes(store.sizeBytes())
                        .setCachedBytesMax(store.sizeBytesMax())
                        .setFreeBytes(room.freeBytes());
        int size = request.getPageSize() == 0 ? BLOBS_MAX : request.getPageSize();
        List<BlobRef> page = store.keptAfter(request.getPageToken(), Math.max(0, size));
        page.forEach(blob -> response.addBlobs(SpecWire.toProto(blob)));
        if (!page.isEmpty() && page.size() == size) {
            response.setNextPageToken(page.getLast().sha256());
        }
        answer(responses, response.build());
    }

    /** A master that was deposed must not release what its successor counts on. */
    private void requireEpoch(long epoch) {
        long highest = highestEpoch.accumulateAndGet(epoch, Math::max);
        if (epoch < highest) {
            throw ApiException.failedPrecondition(
                    "OLD_EPOCH", "a master of epoch %d leads".formatted(highest));
        }
    }

    private void fetch(List<BlobRef> blobs, BlobSource source) throws IOException {
        for (BlobRef blob : blobs) {
            room.require(blob.sizeBytes());
            try (BlobWriter writer = store.writeKept(blob)) {
                source.read(blob, writer::write);
                writer.commit();
            }
        }
    }

    private BlobSource source(KeepBlobsRequest request) {
        try {
            HostAndPort address = HostAndPort.parse(request.getSourceAddress());
            return new PeerBlobSource(peers.to(address, request.getSourceWorkerId()));
        } catch (IllegalArgumentException e) {
            new FieldChecks()
                    .violation("source_address", request.getSourceAddress(), "host:port")
                    .throwIfAny();
            throw e;
        }
    }

    private static List<BlobRef> refs(List<dev.atoll.proto.job.v1.BlobRef> messages) {
        return messages.stream().map(BlobEndpoint::ref).toList();
    }

    private static <T> void answer(StreamObserver<T> responses, T response) {
        responses.onNext(response);
        responses.onCompleted();
    }
}
