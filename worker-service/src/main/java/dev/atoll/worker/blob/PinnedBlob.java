package dev.atoll.worker.blob;

import java.io.IOException;
import java.nio.file.Path;

/** A blob that is here, and stays while this is open. */
public final class PinnedBlob implements AutoCloseable {
    private final BlobStore store;
    private final BlobStore.Entry entry;
    private final Path file;
    private boolean closed;

    PinnedBlob(BlobStore store, BlobStore.Entry entry, Path file) {
        this.store = store;
        this.entry = entry;
        this.file = file;
    }

    /** The file with its bytes; not to be written to. */
    public Path file() {
        return file;
    }

    /** A file with its bytes that can be executed; not to be written to. */
    public Path executable() throws IOException {
        return store.executable(entry, file);
    }

    /** Lets it be forgotten. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            store.unpin(entry);
        }
    }
}
