package dev.atoll.worker.remote;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.LocateBlobsRequest;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WorkerAddress;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobSource;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Reads blobs from the workers that have them by what the leader knows, and what they do not give
 * through its relay.
 */
public final class LeaderBlobSource implements BlobSource {
    /** A smaller blob is sooner had from the relay than asked for. */
    private static final int DIRECT_BYTES_MIN = 256 << 10;

    private static final long ANSWER_SECONDS_MAX = 10;

    private final Channel leader;
    private final PeerChannels peers;
    private final LeaderPatience patience;
    private final Counter fetchedBytes;

    /**
     * @param leader a channel that leads to whoever leads
     * @param peers the other workers
     * @param patience while nobody leads
     * @param fetchedBytes counts what comes
     */
    public LeaderBlobSource(
            Channel leader, PeerChannels peers, LeaderPatience patience, Counter fetchedBytes) {
        this.leader = leader;
        this.peers = peers;
        this.patience = patience;
        this.fetchedBytes = fetchedBytes;
    }

    @Override
    public void read(BlobRef blob, Receiver receiver) throws IOException {
        patience.run(progress -> read(blob, receiver, progress));
    }

    private void read(BlobRef blob, Receiver receiver, LeaderPatience.Progress progress)
            throws IOException {
        for (Channel holder : holders(blob)) {
            try {
                readFrom(holder, blob, receiver, progress);
                return;
            } catch (StatusRuntimeException | ApiException _) {
                // Somebody else goes on where this one has stopped.
            }
        }
        readFrom(leader, blob, receiver, progress);
    }

    private void readFrom(
            Channel server, BlobRef blob, Receiver receiver, LeaderPatience.Progress progress)
            throws IOException {
        Iterator<ReadBlobResponse> responses =
                BlobServiceGrpc.newBlockingStub(server)
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

    /** Who may have a blob, in any order; nobody if the leader does not say. */
    private List<Channel> holders(BlobRef blob) {
        List<Channel> holders = new ArrayList<>();
        if (blob.sizeBytes() > DIRECT_BYTES_MIN) {
            LocateBlobsRequest request =
                    LocateBlobsRequest.newBuilder().addBlobs(SpecWire.toProto(blob)).build();
            try {
                for (WorkerAddress worker :
                        PlacementServiceGrpc.newBlockingStub(leader)
                                .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                                .locateBlobs(request)
                                .getWorkersList()) {
                    holders.add(
                            peers.to(HostAndPort.parse(worker.getAddress()), worker.getWorkerId()));
                }
            } catch (StatusRuntimeException | ApiException | IllegalArgumentException _) {
                // The relay says what is the matter.
            }
        }
        Collections.shuffle(holders, ThreadLocalRandom.current());
        return holders;
    }
}
