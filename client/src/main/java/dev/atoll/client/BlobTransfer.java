package dev.atoll.client;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A blob on its way to one server. */
final class BlobTransfer implements AutoCloseable {
    private final Semaphore changed = new Semaphore(0);
    private final InboundStream<WriteBlobRequest, WriteBlobResponse> answer =
            new InboundStream<>(1, changed::release);

    private BlobTransfer() {}

    /** Begins to write a blob. */
    static BlobTransfer open(Channel channel) {
        BlobTransfer transfer = new BlobTransfer();
        var _ = BlobServiceGrpc.newStub(channel).writeBlob(transfer.answer);
        return transfer;
    }

    /**
     * Sends a blob to some servers at once, as fast as the slowest of them takes it. One may answer
     * before it has everything, because it has the blob, or cannot take it: the others go on.
     */
    static void send(BlobRef ref, boolean keep, BlobPieces pieces, List<BlobTransfer> transfers)
            throws IOException, InterruptedException {
        WriteBlobRequest.Builder message =
                WriteBlobRequest.newBuilder().setBlob(SpecWire.toProto(ref)).setKeep(keep);
        List<BlobTransfer> open = new ArrayList<>(transfers);
        while (!open.isEmpty()) {
            ByteString data = pieces.next();
            WriteBlobRequest request = message.setData(data).build();
            List<BlobTransfer> taking = new ArrayList<>();
            for (BlobTransfer transfer : open) {
                if (transfer.send(request)) {
                    taking.add(transfer);
                }
            }
            open = taking;
            if (data.size() < BlobPieces.BYTES) {
                open.forEach(transfer -> transfer.up().onCompleted());
                return;
            }
            message = WriteBlobRequest.newBuilder();
        }
    }

    /**
     * Waits for the answer.
     *
     * @throws ApiException what the write failed with
     */
    WriteBlobResponse response() throws InterruptedException {
        return answer.take()
                .orElseThrow(() -> ApiException.unavailable("", "the write was not answered"));
    }

    @Override
    public void close() {
        answer.close();
    }

    private ClientCallStreamObserver<WriteBlobRequest> up() {
        return answer.call();
    }

    /** Sends once the server takes it; false if it has answered. */
    private boolean send(WriteBlobRequest request) throws InterruptedException {
        while (!up().isReady() && !answer.hasArrived()) {
            changed.acquire();
        }
        if (answer.hasArrived()) {
            return false;
        }
        up().onNext(request);
        return true;
    }
}
