package dev.atoll.worker.serving;

import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobStore;
import dev.atoll.worker.blob.PinnedBlob;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Serves the blobs that are here. */
public final class BlobEndpoint extends BlobServiceGrpc.BlobServiceImplBase {
    private static final int FIND_MAX = 10_000;
    private static final int PIECE_BYTES = 256 << 10;

    private final BlobStore store;
    private final WorkerId self;
    private final KeptRoom room;
    private final Counter servedBytes;
    private final Counter takenBytes;

    /**
     * @param servedBytes counts what is read
     * @param takenBytes counts what is written
     */
    public BlobEndpoint(
            BlobStore store,
            WorkerId self,
            KeptRoom room,
            Counter servedBytes,
            Counter takenBytes) {
        this.store = store;
        this.self = self;
        this.room = room;
        this.servedBytes = servedBytes;
        this.takenBytes = takenBytes;
    }

    @Override
    public void findMissingBlobs(
            FindMissingBlobsRequest request, StreamObserver<FindMissingBlobsResponse> responses) {
        new FieldChecks()
                .check(
                        request.getBlobsCount() <= FIND_MAX,
                        "blobs",
                        request.getBlobsCount(),
                        "at most 10,000")
                .throwIfAny();
        FindMissingBlobsResponse.Builder response = FindMissingBlobsResponse.newBuilder();
        for (dev.atoll.proto.job.v1.BlobRef blob : request.getBlobsList()) {
            if (!store.expect(ref(blob))) {
                response.addMissing(blob);
            }
        }
        responses.onNext(response.build());
        responses.onCompleted();
    }

    @Override
    public void readBlob(ReadBlobRequest request, StreamObserver<ReadBlobResponse> responses) {
        BlobRef blob = ref(request.getBlob());
        if (request.getOffset() < 0 || request.getOffset() > blob.sizeBytes()) {
            throw ApiException.of(
                    Status.Code.OUT_OF_RANGE,
                    "OUT_OF_RANGE",
                    "the offset is 0 to %d, not %d"
                            .formatted(blob.sizeBytes(), request.getOffset()));
        }
        Outflow.start(responses, "blob-read", out -> read(blob, request, out));
    }

    @Override
    public StreamObserver<WriteBlobRequest> writeBlob(StreamObserver<WriteBlobResponse> responses) {
        return new BlobReception(store, self, room, takenBytes, responses);
    }

    static BlobRef ref(dev.atoll.proto.job.v1.BlobRef message) {
        try {
            return SpecWire.fromProto(message, "blob");
        } catch (MalformedMessageException e) {
            FieldChecks checks = new FieldChecks();
            checks.violation(
                            "blob",
                            String.valueOf(e.getMessage()),
                            "32 bytes of SHA-256 and a size")
                    .throwIfAny();
            throw e;
        }
    }

    private void read(BlobRef blob, ReadBlobRequest request, Outflow<ReadBlobResponse> out)
            throws IOException, InterruptedException, Outflow.GoneException {
        long offset = request.getOffset();
        try (PinnedBlob pinned =
                        store.open(blob, request.getVerify()).orElseThrow(() -> missing(blob));
                FileChannel channel = FileChannel.open(pinned.file())) {
            channel.position(offset);
            long left = blob.sizeBytes() - offset;
            while (left > 0) {
                ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, left));
                while (piece.hasRemaining()) {
                    if (channel.read(piece) < 0) {
                        throw new IOException("the file of a blob has lost its end");
                    }
                }
                left -= piece.flip().remaining();
                servedBytes.increment(piece.remaining());
                out.send(
                        ReadBlobResponse.newBuilder()
                                .setData(UnsafeByteOperations.unsafeWrap(piece))
                                .build());
            }
        }
    }

    private static ApiException missing(BlobRef blob) {
        return ApiException.notFound(
                "BLOB_NOT_FOUND", "blob " + blob.sha256() + " is not on this worker");
    }
}
