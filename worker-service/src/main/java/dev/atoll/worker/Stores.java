package dev.atoll.worker;

import dev.atoll.core.model.WorkerId;
import dev.atoll.worker.blob.BlobStore;
import dev.atoll.worker.disk.DiskRoom;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.serving.BlobEndpoint;
import dev.atoll.worker.serving.DamagedOutputs;
import dev.atoll.worker.serving.KeptRoom;
import dev.atoll.worker.state.StateDirectory;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.io.IOException;

/**
 * What a worker keeps on its disk.
 *
 * @param room of the disk
 * @param keptRoom what there is for blobs that are kept
 * @param blobEndpoint serves the blobs
 * @param fetchedBlobBytes counts the bytes of blobs that came from elsewhere
 * @param damaged takes outputs that are found damaged
 */
record Stores(
        StateDirectory state,
        SegmentStore segments,
        BlobStore blobs,
        DiskRoom room,
        KeptRoom keptRoom,
        BlobEndpoint blobEndpoint,
        Counter fetchedBlobBytes,
        DamagedOutputs damaged) {
    private static final String BLOB_BYTES = "atoll.worker.blob.transfer";

    static Stores open(WorkerConfig config, MeterRegistry meters, Parts parts) throws IOException {
        StateDirectory state =
                parts.add(
                        StateDirectory.open(
                                config.stateDirectory().resolve("worker"),
                                config.id().map(WorkerId::new)));
        SegmentStore segments = parts.add(SegmentStore.open(state.part("segments")));
        BlobStore blobs = BlobStore.open(state.part("blobs"), config.blobCacheMax().bytes());
        Gauge.builder("atoll.worker.disk.free", state::bytesFree)
                .baseUnit("bytes")
                .description("Free on the disk that holds blobs and outputs")
                .register(meters);
        Gauge.builder("atoll.worker.blobs.size", blobs::sizeBytes)
                .baseUnit("bytes")
                .description("What all blobs have together, but for those that are kept")
                .register(meters);
        Gauge.builder("atoll.worker.blobs.kept", blobs::keptBytes)
                .baseUnit("bytes")
                .description("What the blobs have together that are kept for files with names")
                .register(meters);
        DiskRoom room = new DiskRoom(state::bytesFree, config.diskFreeMin().bytes());
        KeptRoom keptRoom = new KeptRoom(blobs, room);
        BlobEndpoint endpoint =
                new BlobEndpoint(
                        blobs,
                        state.worker(),
                        keptRoom,
                        transferred(meters, "served"),
                        transferred(meters, "taken"));
        Counter damaged =
                Counter.builder("atoll.worker.outputs.damaged")
                        .description("Outputs that were found damaged on the disk, and dropped")
                        .register(meters);
        return new Stores(
                state,
                segments,
                blobs,
                room,
                keptRoom,
                endpoint,
                transferred(meters, "fetched"),
                new DamagedOutputs(segments, damaged));
    }

    WorkerId worker() {
        return state.worker();
    }

    private static Counter transferred(MeterRegistry meters, String direction) {
        return Counter.builder(BLOB_BYTES)
                .tag("direction", direction)
                .baseUnit("bytes")
                .description("Bytes of blobs that came or went")
                .register(meters);
    }
}
