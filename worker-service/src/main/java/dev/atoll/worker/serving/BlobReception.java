package dev.atoll.worker.serving;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.worker.blob.BlobDamagedException;
import dev.atoll.worker.blob.BlobStore;
import dev.atoll.worker.blob.BlobWriter;
import dev.atoll.worker.blob.BlobsFullException;
import dev.atoll.worker.disk.DiskTrouble;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Takes one blob in. Its callbacks block while the disk writes, and so slow the sender down. */
final class BlobReception implements StreamObserver<WriteBlobRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(BlobReception.class);

    private final BlobStore store;
    private final WorkerId self;
    private final KeptRoom room;
    private final Counter takenBytes;
    private final StreamObserver<WriteBlobResponse> responses;
    private @Nullable BlobWriter writer;
    private boolean isOver;

    BlobReception(
            BlobStore store,
            WorkerId self,
            KeptRoom room,
            Counter takenBytes,
            StreamObserver<WriteBlobResponse> responses) {
        this.store = store;
        this.self = self;
        this.room = room;
        this.takenBytes = takenBytes;
        this.responses = responses;
    }

    @Override
    public void onNext(WriteBlobRequest request) {
        if (isOver) {
            return;
        }
        try {
            if (writer == null) {
                BlobRef blob = BlobEndpoint.ref(request.getBlob());
                if (isHere(blob, request.getKeep())) {
                    answer();
                    return;
                }
                if (request.getKeep()) {
                    room.require(blob.sizeBytes());
                }
                writer = request.getKeep() ? store.writeKept(blob) : store.upload(blob);
            }
            UnsafeByteOperations.unsafeWriteTo(request.getData(), new Into(writer));
            takenBytes.increment(request.getData().size());
        } catch (ApiException e) {
            fail(e);
        } catch (IOException e) {
            fail(explain(e));
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        isOver = true;
        discard();
    }

    @Override
    public void onCompleted() {
        if (isOver) {
            return;
        }
        BlobWriter complete = writer;
        if (complete == null) {
            fail(ApiException.of(Status.Code.INVALID_ARGUMENT, "NO_BLOB", "no blob was announced"));
            return;
        }
        try {
            complete.commit();
            answer();
        } catch (IOException e) {
            fail(explain(e));
        }
    }

    /** Passes bytes on without a copy: what only reads them need not be kept from changing them. */
    private static final class Into extends ByteOutput {
        private final BlobWriter writer;

        Into(BlobWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(byte value) throws IOException {
            writer.write(ByteBuffer.wrap(new byte[] {value}));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writer.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void writeLazy(byte[] bytes, int offset, int length) throws IOException {
            write(bytes, offset, length);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            writer.write(bytes);
        }

        @Override
        public void writeLazy(ByteBuffer bytes) throws IOException {
            writer.write(bytes);
        }
    }

    private boolean isHere(BlobRef blob, boolean keep) throws IOException {
        return keep ? store.keep(List.of(blob)).isEmpty() : store.expect(blob);
    }

    private void answer() {
        isOver = true;
        responses.onNext(WriteBlobResponse.newBuilder().addWorkerIds(self.value()).build());
        responses.onCompleted();
    }

    private void fail(ApiException failure) {
        isOver = true;
        discard();
        responses.onError(failure.toStatusException());
    }

    private void discard() {
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException e) {
                LOG.warn("cannot remove an unfinished blob", e);
            }
        }
    }

    static ApiException explain(IOException e) {
        if (e instanceof BlobDamagedException) {
            return ApiException.of(
                    Status.Code.INVALID_ARGUMENT,
                    "DIGEST_MISMATCH",
                    String.valueOf(e.getMessage()));
        }
        if (e instanceof BlobsFullException) {
            return ApiException.resourceExhausted("BLOBS_FULL", String.valueOf(e.getMessage()));
        }
        LOG.warn("cannot take a blob in", e);
        return DiskTrouble.isFull(e)
                ? ApiException.resourceExhausted("DISK_FULL", DiskTrouble.describe(e))
                : ApiException.of(Status.Code.INTERNAL, "DISK_FAILED", DiskTrouble.describe(e));
    }
}
