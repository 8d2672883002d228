package dev.atoll.naming.store.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of the store is not what was written to it. Opening stops: guessing would lose promises.
 */
public final class CorruptStoreException extends IOException {
    CorruptStoreException(Path file, long offset, String what) {
        super(
                "the store is damaged: %s at byte %d: %s. Restore the directory from a copy."
                        .formatted(file, offset, what));
    }
}
