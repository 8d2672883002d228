package dev.atoll.worker.remote;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobSource;

import io.grpc.Channel;
import io.micrometer.core.instrument.Counter;

import java.io.IOException;
import java.util.Iterator;

/** Reads blobs through the relay of the master that leads, which knows who has them. */
public final class LeaderBlobSource implements BlobSource {
    private final Channel leader;
    private final LeaderPatience patience;
    private final Counter fetchedBytes;

    /**
     * @param leader a channel that leads to whoever leads
     * @param patience while nobody leads
     * @param fetchedBytes counts what comes
     */
    public LeaderBlobSource(Channel leader, LeaderPatience patience, Counter fetchedBytes) {
        this.leader = leader;
        this.patience = patience;
        this.fetchedBytes = fetchedBytes;
    }

    @Override
    public void read(BlobRef blob, Receiver receiver) throws IOException {
        patience.run(progress -> read(blob, receiver, progress));
    }

    private void read(BlobRef blob, Receiver receiver, LeaderPatience.Progress progress)
            throws IOException {
        Iterator<ReadBlobResponse> responses =
                BlobServiceGrpc.newBlockingStub(leader)
                        .readBlob(
                                ReadBlobRequest.newBuilder()
                                        .setBlob(SpecWire.toProto(blob))
                                        .setOffset(progress.done())
                                        .build());
        while (responses.hasNext()) {
            ReadBlobResponse response = responses.next();
            receiver.accept(response.getData().asReadOnlyByteBuffer());
            progress.advance(response.getData().size());
            fetchedBytes.increment(response.getData().size());
        }
    }
}
