package dev.atoll.naming.store;

import org.jspecify.annotations.Nullable;

/** The store did not answer in time, or not at all. The same call may succeed later. */
public final class StoreUnavailableException extends RuntimeException {
    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
