package dev.atoll.master.relay;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.WorkerId;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Where blobs were seen lately. A hint: it forgets, and it may be wrong. Safe for many threads. */
final class BlobLocations {
    /** So many blobs are remembered; the one not used for longest is forgotten first. */
    private static final int BLOBS_MAX = 100_000;

    private final Map<ByteString, Set<WorkerId>> workers =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteString, Set<WorkerId>> eldest) {
                    return size() > BLOBS_MAX;
                }
            };

    synchronized void add(ByteString sha256, WorkerId worker) {
        workers.computeIfAbsent(sha256, _ -> new TreeSet<>()).add(worker);
    }

    synchronized void remove(ByteString sha256, WorkerId worker) {
        Set<WorkerId> known = workers.get(sha256);
        if (known != null && known.remove(worker) && known.isEmpty()) {
            workers.remove(sha256);
        }
    }

    synchronized List<WorkerId> of(ByteString sha256) {
        Set<WorkerId> known = workers.get(sha256);
        return known == null ? List.of() : List.copyOf(known);
    }
}
