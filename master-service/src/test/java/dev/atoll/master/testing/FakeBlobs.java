package dev.atoll.master.testing;

import com.google.protobuf.ByteString;

import dev.atoll.proto.worker.v1.BlobServiceGrpc.BlobServiceImplBase;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Blobs in memory, verified when they are written, by their digests. */
public final class FakeBlobs extends BlobServiceImplBase {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Map<ByteString, ByteString> blobs = new ConcurrentHashMap<>();
    private volatile long breakAfter = Long.MAX_VALUE;

    public Map<ByteString, ByteString> all() {
        return Map.copyOf(blobs);
    }

    public void put(ByteString data) {
        blobs.put(sha256(data), data);
    }

    public void forgetAll() {
        blobs.clear();
    }

    /** Readers get an error once they have so many bytes. */
    public void breakAfter(long bytes) {
        breakAfter = bytes;
    }

    public static ByteString sha256(ByteString data) {
        try {
            return ByteString.copyFrom(
                    MessageDigest.getInstance("SHA-256").digest(data.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void findMissingBlobs(
            FindMissingBlobsRequest request, StreamObserver<FindMissingBlobsResponse> responses) {
        FindMissingBlobsResponse.Builder response = FindMissingBlobsResponse.newBuilder();
        request.getBlobsList().stream()
                .filter(blob -> !blobs.containsKey(blob.getSha256()))
                .forEach(response::addMissing);
        responses.onNext(response.build());
        responses.onCompleted();
    }

    @Override
    public void readBlob(ReadBlobRequest request, StreamObserver<ReadBlobResponse> responses) {
        ByteString data = blobs.get(request.getBlob().getSha256());
        if (data == null) {
            throw ApiException.notFound("BLOB_NOT_FOUND", "no such blob");
        }
        for (int at = (int) request.getOffset(); at < data.size(); at += CHUNK_BYTES) {
            if (at >= breakAfter) {
                throw ApiException.unavailable("BROKEN", "told to break");
            }
            responses.onNext(
                    ReadBlobResponse.newBuilder()
                            .setData(data.substring(at, Math.min(data.size(), at + CHUNK_BYTES)))
                            .build());
        }
        responses.onCompleted();
    }

    @Override
    public StreamObserver<WriteBlobRequest> writeBlob(StreamObserver<WriteBlobResponse> responses) {
        return new StreamObserver<>() {
            private ByteString digest = ByteString.EMPTY;
            private ByteString data = ByteString.EMPTY;

            @Override
            public void onNext(WriteBlobRequest request) {
                if (request.hasBlob()) {
                    digest = request.getBlob().getSha256();
                }
                data = data.concat(request.getData());
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                if (!sha256(data).equals(digest)) {
                    responses.onError(
                            ApiException.of(
                                    Status.Code.INVALID_ARGUMENT, "DIGEST_MISMATCH", "damaged"));
                    return;
                }
                blobs.put(digest, data);
                responses.onNext(WriteBlobResponse.getDefaultInstance());
                responses.onCompleted();
            }
        };
    }
}
