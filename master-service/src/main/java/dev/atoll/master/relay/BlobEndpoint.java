package dev.atoll.master.relay;

import dev.atoll.master.session.Terms;
import dev.atoll.master.stream.Outflow;
import dev.atoll.master.stream.Uplink;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc.BlobServiceImplBase;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.stub.StreamObserver;

/** Passes blobs between users and workers. Keeps nothing but hints of where they are. */
public final class BlobEndpoint extends BlobServiceImplBase {
    private static final int DIGEST_BYTES = 32;
    private static final long BLOB_BYTES_MAX = 1L << 40;
    private static final int FIND_MAX = 10_000;

    private final Terms terms;
    private final BlobRelay relay;

    public BlobEndpoint(Terms terms, BlobRelay relay) {
        this.terms = terms;
        this.relay = relay;
    }

    @Override
    public void findMissingBlobs(
            FindMissingBlobsRequest request, StreamObserver<FindMissingBlobsResponse> responses) {
        FieldChecks checks = new FieldChecks();
        int count = request.getBlobsCount();
        checks.check(count <= FIND_MAX, "blobs", count + " blobs", "up to 10,000");
        for (int i = 0; i < Math.min(count, FIND_MAX); i++) {
            check(request.getBlobs(i), "blobs[" + i + "]", checks);
        }
        checks.throwIfAny();
        responses.onNext(
                FindMissingBlobsResponse.newBuilder()
                        .addAllMissing(
                                relay.search()
                                        .missing(terms.leading().loop(), request.getBlobsList()))
                        .build());
        responses.onCompleted();
    }

    @Override
    public void readBlob(ReadBlobRequest request, StreamObserver<ReadBlobResponse> responses) {
        FieldChecks checks = new FieldChecks();
        BlobRef blob = request.getBlob();
        check(blob, "blob", checks);
        checks.check(
                request.getOffset() >= 0 && request.getOffset() <= blob.getSizeBytes(),
                "offset",
                request.getOffset(),
                "0 to the size of the blob");
        checks.throwIfAny();
        var loop = terms.leading().loop();
        Outflow.start(
                responses, "blob-read", out -> relay.reading().read(request, loop, out::send));
    }

    @Override
    public StreamObserver<WriteBlobRequest> writeBlob(StreamObserver<WriteBlobResponse> responses) {
        var term = terms.leading();
        Uplink<WriteBlobRequest> uplink = Uplink.of(responses);
        Outflow.start(
                responses, "blob-write", out -> out.send(relay.writing().write(uplink, term)));
        return uplink;
    }

    static void check(BlobRef blob, String field, FieldChecks checks) {
        checks.check(
                blob.getSha256().size() == DIGEST_BYTES,
                field + ".sha256",
                blob.getSha256().size() + " bytes",
                "32 bytes");
        checks.check(
                blob.getSizeBytes() >= 0 && blob.getSizeBytes() <= BLOB_BYTES_MAX,
                field + ".size_bytes",
                blob.getSizeBytes(),
                "0 to 1 TiB");
    }
}
