package dev.atoll.master.file;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.core.model.BlobRef;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.BlobRelay;
import dev.atoll.proto.file.v1.FileManifest;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Status;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what files consist of. */
final class Manifests {
    static final long BYTES_MAX = 64L << 20;

    private final BlobRelay relay;

    Manifests(BlobRelay relay) {
        this.relay = relay;
    }

    /**
     * What a file consists of.
     *
     * @param sizeBytes of its contents
     * @param blobs its manifest and its blocks, each once
     */
    record Contents(long sizeBytes, List<BlobRef> blobs) {}

    /**
     * Reads a manifest from whichever worker has it.
     *
     * @throws ApiException NOT_FOUND (reason BLOB_NOT_FOUND); INVALID_ARGUMENT if it is none
     */
    Contents read(dev.atoll.proto.job.v1.BlobRef ref, SchedulerLoop loop)
            throws InterruptedException {
        try {
            return contents(ref, FileManifest.parseFrom(relay.read(ref, loop)));
        } catch (InvalidProtocolBufferException | MalformedMessageException e) {
            throw invalid("it is not readable").causedBy(e);
        }
    }

    private static Contents contents(dev.atoll.proto.job.v1.BlobRef ref, FileManifest manifest) {
        Set<BlobRef> blobs = new LinkedHashSet<>();
        blobs.add(SpecWire.fromProto(ref, "manifest"));
        long size = 0;
        for (var block : manifest.getBlocksList()) {
            if (block.getSizeBytes() < 1) {
                throw invalid("it has an empty block");
            }
            blobs.add(SpecWire.fromProto(block, "blocks"));
            size = Math.addExact(size, block.getSizeBytes());
        }
        if (size != manifest.getSizeBytes()) {
            throw invalid(
                    "its blocks have %d bytes, and it says %d"
                            .formatted(size, manifest.getSizeBytes()));
        }
        return new Contents(size, new ArrayList<>(blobs));
    }

    private static ApiException invalid(String why) {
        return ApiException.of(
                Status.Code.INVALID_ARGUMENT, "BAD_MANIFEST", "no manifest of a file: " + why);
    }
}
