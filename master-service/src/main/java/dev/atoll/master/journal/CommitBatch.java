package dev.atoll.master.journal;

import com.google.protobuf.ByteString;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is written to the ledger and removed from it together. */
public record CommitBatch(Map<String, ByteString> puts, List<String> deletes) {
    /** The most writes and removals of one commit. */
    static final int OPERATIONS_MAX = 100;

    /** The most bytes of one commit: the ledger's 1 MiB, less some room for its framing. */
    static final int BYTES_MAX = (1 << 20) - (16 << 10);

    public CommitBatch {
        puts = Collections.unmodifiableMap(new LinkedHashMap<>(puts));
        deletes = List.copyOf(deletes);
    }
}
