package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes that happen together if every compare holds, or not at all.
 *
 * <p>Both stores refuse what etcd would refuse by default, so that a transaction that works on one
 * works on the other: {@link #OPERATIONS_MAX}, {@link #BYTES_MAX}, and each key written once.
 */
public record Txn(List<Compare> compares, List<Put> puts, List<String> deletes) {
    /** The most compares, and the most puts and deletes together. */
    public static final int OPERATIONS_MAX = 128;

    /** The most bytes of all keys and values together: 1.25 MiB. */
    public static final int BYTES_MAX = 5 << 18;

    /**
     * A value to write.
     *
     * @param leaseId the lease that the key is to live on; 0 for none
     */
    public record Put(String key, ByteString value, long leaseId) {
        public Put {
            requireNonNull(value, "value is null");
            checkKey(key);
        }
    }

    public Txn {
        compares = List.copyOf(compares);
        puts = List.copyOf(puts);
        deletes = List.copyOf(deletes);
        checkCount("compares", compares.size());
        checkCount("puts and deletes", puts.size() + deletes.size());
        checkBytes(puts, deletes);
        checkDistinct(puts, deletes);
    }

    /** Begins a transaction. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether nothing would be written. */
    public boolean isReadOnly() {
        return puts.isEmpty() && deletes.isEmpty();
    }

    private static void checkCount(String what, int count) {
        if (count > OPERATIONS_MAX) {
            throw new IllegalArgumentException(
                    "at most " + OPERATIONS_MAX + " " + what + ", there are " + count);
        }
    }

    private static void checkBytes(List<Put> puts, List<String> deletes) {
        long bytes = 0;
        for (Put put : puts) {
            bytes += put.key().length() + put.value().size();
        }
        for (String key : deletes) {
            bytes += key.length();
        }
        if (bytes > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "at most " + BYTES_MAX + " bytes in a transaction, there are " + bytes);
        }
    }

    private static void checkDistinct(List<Put> puts, List<String> deletes) {
        Set<String> written = new HashSet<>();
        for (Put put : puts) {
            checkFirst(written, put.key());
        }
        for (String key : deletes) {
            checkKey(key);
            checkFirst(written, key);
        }
    }

    private static void checkKey(String key) {
        if (!key.startsWith("/")) {
            throw new IllegalArgumentException("a key begins with '/': " + key);
        }
    }

    private static void checkFirst(Set<String> written, String key) {
        if (!written.add(key)) {
            throw new IllegalArgumentException("key written twice in a transaction: " + key);
        }
    }

    /** Gathers the parts of a transaction. */
    public static final class Builder {
        private final List<Compare> compares = new ArrayList<>();
        private final List<Put> puts = new ArrayList<>();
        private final List<String> deletes = new ArrayList<>();

        private Builder() {}

        /** Adds a condition. */
        public Builder when(Compare compare) {
            compares.add(compare);
            return this;
        }

        /** Adds a write that lives for ever. */
        public Builder put(String key, ByteString value) {
            return put(key, value, 0);
        }

        /** Adds a write that lives as long as a lease; 0: for ever. */
        public Builder put(String key, ByteString value, long leaseId) {
            puts.add(new Put(key, value, leaseId));
            return this;
        }

        /** Adds a removal; of a key that does not exist it is no error. */
        public Builder delete(String key) {
            deletes.add(key);
            return this;
        }

        /** Makes the transaction; {@link IllegalArgumentException} when it is over a limit. */
        public Txn build() {
            return new Txn(compares, puts, deletes);
        }
    }
}
