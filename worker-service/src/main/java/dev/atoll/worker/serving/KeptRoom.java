package dev.atoll.worker.serving;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.worker.blob.BlobStore;
import dev.atoll.worker.disk.DiskRoom;

import java.io.IOException;
import java.util.Optional;

/** The room for blobs that are kept: what is free on the disk, and what the cache can give. */
public final class KeptRoom {
    private final BlobStore store;
    private final DiskRoom room;

    /**
     * @param room of the disk with the store; tasks are left what they need
     */
    public KeptRoom(BlobStore store, DiskRoom room) {
        this.store = store;
        this.room = room;
    }

    /** How many bytes are free on the disk. */
    long freeBytes() {
        return room.freeBytes();
    }

    /**
     * Makes room for so many bytes.
     *
     * @throws ApiException RESOURCE_EXHAUSTED (reason DISK_FULL) if there is not enough
     */
    void require(long bytes) throws IOException {
        if (room.shortageAfter(bytes).isPresent()) {
            store.makeRoom(bytes);
        }
        Optional<String> shortage = room.shortageAfter(bytes);
        if (shortage.isPresent()) {
            throw ApiException.resourceExhausted("DISK_FULL", shortage.get());
        }
    }
}
