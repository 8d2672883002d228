package dev.atoll.worker.remote;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobSource;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads blobs from one other worker. */
public final class PeerBlobSource implements BlobSource {
    private static final long SILENCE_SECONDS_MAX = 30;

    private final Channel peer;

    public PeerBlobSource(Channel peer) {
        this.peer = peer;
    }

    @Override
    public void read(BlobRef blob, Receiver receiver) throws IOException {
        BlockingClientCall<ReadBlobRequest, ReadBlobResponse> call =
                ClientCalls.blockingV2ServerStreamingCall(
                        peer,
                        BlobServiceGrpc.getReadBlobMethod(),
                        CallOptions.DEFAULT,
                        ReadBlobRequest.newBuilder()
                                .setBlob(SpecWire.toProto(blob))
                                .setVerify(true)
                                .build());
        try {
            for (ReadBlobResponse next = next(call); next != null; next = next(call)) {
                receiver.accept(next.getData().asReadOnlyByteBuffer());
            }
        } catch (StatusException e) {
            throw ApiException.from(e);
        } catch (TimeoutException e) {
            throw ApiException.unavailable(
                            "BLOB_STALLED", "nothing came for %d s".formatted(SILENCE_SECONDS_MAX))
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("INTERRUPTED", "the worker stops").causedBy(e);
        } finally {
            call.cancel("nothing more is taken", null);
        }
    }

    private static @Nullable ReadBlobResponse next(BlockingClientCall<?, ReadBlobResponse> call)
            throws StatusException, TimeoutException, InterruptedException {
        return call.read(SILENCE_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
