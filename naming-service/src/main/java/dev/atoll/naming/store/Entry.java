package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;

/**
 * A key with its value and history.
 *
 * @param createRevision the revision at which the key came to be
 * @param modRevision the revision of the last write
 * @param version how often the key was written since it came to be, from 1
 * @param leaseId the lease that the key lives on; 0 for none
 */
public record Entry(
        String key,
        ByteString value,
        long createRevision,
        long modRevision,
        long version,
        long leaseId) {
    public Entry {
        requireNonNull(key, "key is null");
        requireNonNull(value, "value is null");
    }
}
