package dev.atoll.worker.shuffle;

import java.io.IOException;

/** A task has written a record that is longer than records may be. */
public final class RecordTooLongException extends IOException {
    RecordTooLongException() {
        super(
                "a record of more than %d MiB, which no option allows"
                        .formatted(LineSplitter.RECORD_BYTES_MAX >> 20));
    }
}
