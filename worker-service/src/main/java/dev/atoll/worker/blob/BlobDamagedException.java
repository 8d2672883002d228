package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;

/** Bytes are not those that their name says. */
public final class BlobDamagedException extends IOException {
    BlobDamagedException(BlobRef blob, String what) {
        super("blob %s: %s".formatted(blob.sha256(), what));
    }
}
