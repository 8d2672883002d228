package dev.atoll.runtime.stream;

import java.io.IOException;

/** An output came again and is not the one whose first bytes have been delivered. */
public final class OutputDiffersException extends IOException {
    private static final long serialVersionUID = 1L;

    OutputDiffersException(long count) {
        super(
                "the task ran again, and wrote something else than the %d bytes read of it"
                        .formatted(count));
    }
}
