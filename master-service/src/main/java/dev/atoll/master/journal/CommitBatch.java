package dev.atoll.master.journal;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Batch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is written to the ledger and removed from it together, by the names that it knows. */
public record CommitBatch(Map<String, ByteString> puts, List<String> deletes) {
    public CommitBatch {
        puts = Collections.unmodifiableMap(new LinkedHashMap<>(puts));
        deletes = List.copyOf(deletes);
    }

    /** A batch as the ledger takes it. */
    public static CommitBatch of(Batch<ByteString> batch) {
        Map<String, ByteString> puts = new LinkedHashMap<>();
        batch.puts().forEach((key, value) -> puts.put(KeyText.write(key), value));
        return new CommitBatch(puts, batch.deletes().stream().map(KeyText::write).toList());
    }
}
