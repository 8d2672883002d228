package dev.atoll.master.relay;

import com.google.protobuf.ByteString;

import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.runtime.grpc.PeerChannels;

import io.grpc.Channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways to the blobs on the workers. */
public final class BlobRelay {
    private final WorkerChannels channels;
    private final BlobSearch search;
    private final BlobReading reading;
    private final BlobWriting writing;

    public BlobRelay(PeerChannels peers, MasterMetrics metrics) {
        this.channels = new WorkerChannels(peers);
        BlobLocations locations = new BlobLocations();
        this.search = new BlobSearch(channels, locations);
        this.reading = new BlobReading(channels, search, locations, metrics);
        this.writing = new BlobWriting(channels, locations, metrics);
    }

    BlobSearch search() {
        return search;
    }

    BlobReading reading() {
        return reading;
    }

    BlobWriting writing() {
        return writing;
    }

    /**
     * Reads a whole blob, which must be small enough to lie in memory.
     *
     * @throws dev.atoll.runtime.grpc.ApiException NOT_FOUND (reason BLOB_NOT_FOUND), or why a
     *     worker that has it does not send it
     */
    public ByteString read(BlobRef blob, SchedulerLoop loop) throws InterruptedException {
        List<ByteString> pieces = new ArrayList<>();
        reading.read(
                ReadBlobRequest.newBuilder().setBlob(blob).build(),
                loop,
                piece -> pieces.add(piece.getData()));
        return ByteString.copyFrom(pieces);
    }

    /** Has somebody hear that a worker could not give a blob that it has; must not block. */
    public void whenDamaged(Runnable listener) {
        reading.whenDamaged(listener);
    }

    /** Workers that are linked and heard of, ordered by id. */
    public List<WorkerView> present(SchedulerLoop loop) {
        return channels.present(loop);
    }

    /** The way to a worker; empty if the address that it gave is none. */
    public Optional<Channel> to(WorkerView worker) {
        return channels.to(worker);
    }
}
