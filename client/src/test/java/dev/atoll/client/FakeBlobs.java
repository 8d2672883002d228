package dev.atoll.client;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.stub.StreamObserver;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/** Keeps blobs in memory, and checks their names. */
final class FakeBlobs extends BlobServiceGrpc.BlobServiceImplBase {
    private final Map<ByteString, ByteString> blobs = new LinkedHashMap<>();
    private final Queue<ApiException> troubles = new ArrayDeque<>();
    private int writeCount;
    private int readCount;
    private Runnable whenAsked = () -> {};

    /** The next writes fail after their first message, one each. */
    synchronized FakeBlobs failsFirst(ApiException... errors) {
        troubles.addAll(java.util.List.of(errors));
        return this;
    }

    /** Does something whenever it is asked what is missing, before it answers. */
    synchronized FakeBlobs whenAsked(Runnable does) {
        whenAsked = does;
        return this;
    }

    synchronized Map<ByteString, ByteString> blobs() {
        return Map.copyOf(blobs);
    }

    synchronized int writeCount() {
        return writeCount;
    }

    @Override
    public synchronized void findMissingBlobs(
            FindMissingBlobsRequest request, StreamObserver<FindMissingBlobsResponse> answer) {
        whenAsked.run();
        FindMissingBlobsResponse.Builder missing = FindMissingBlobsResponse.newBuilder();
        for (BlobRef ref : request.getBlobsList()) {
            if (!blobs.containsKey(ref.getSha256())) {
                missing.addMissing(ref);
            }
        }
        answer.onNext(missing.build());
        answer.onCompleted();
    }

    /** How many readers it has answered. */
    synchronized int readCount() {
        return readCount;
    }

    /** Has a blob from now on; its bytes may be others. */
    synchronized void put(dev.atoll.core.model.BlobRef ref, byte[] bytes) {
        blobs.put(SpecWire.toProto(ref).getSha256(), ByteString.copyFrom(bytes));
    }

    @Override
    public synchronized void readBlob(
            ReadBlobRequest request, StreamObserver<ReadBlobResponse> answer) {
        readCount++;
        ByteString data = blobs.get(request.getBlob().getSha256());
        if (data == null) {
            answer.onError(ApiException.notFound("BLOB_NOT_FOUND", "no").toStatusException());
            return;
        }
        for (int at = 0; at < data.size(); at += 256 << 10) {
            answer.onNext(
                    ReadBlobResponse.newBuilder()
                            .setData(data.substring(at, Math.min(data.size(), at + (256 << 10))))
                            .build());
        }
        answer.onCompleted();
    }

    @Override
    public StreamObserver<WriteBlobRequest> writeBlob(StreamObserver<WriteBlobResponse> answer) {
        return new StreamObserver<>() {
            private @Nullable BlobRef ref;
            private ByteString data = ByteString.EMPTY;
            private boolean over;

            @Override
            public void onNext(WriteBlobRequest request) {
                if (over) {
                    return;
                }
                if (ref == null) {
                    ref = request.getBlob();
                    over = refuse(answer);
                }
                if (request.getData().size() > 256 << 10) {
                    answer.onError(new AssertionError("the piece is too large"));
                }
                data = data.concat(request.getData());
            }

            @Override
            public void onError(Throwable error) {
                over = true;
            }

            @Override
            public void onCompleted() {
                if (over || ref == null) {
                    return;
                }
                keep(ref, data);
                answer.onNext(WriteBlobResponse.newBuilder().addWorkerIds("w1").build());
                answer.onCompleted();
            }
        };
    }

    private synchronized boolean refuse(StreamObserver<WriteBlobResponse> answer) {
        writeCount++;
        ApiException trouble = troubles.poll();
        if (trouble != null) {
            answer.onError(trouble.toStatusException());
        }
        return trouble != null;
    }

    private synchronized void keep(BlobRef ref, ByteString data) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(data.toByteArray());
            if (!ref.getSha256().equals(ByteString.copyFrom(digest))
                    || ref.getSizeBytes() != data.size()) {
                throw new AssertionError("the name is not that of the bytes");
            }
            blobs.put(ref.getSha256(), data);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
