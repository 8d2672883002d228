package dev.atoll.master.journal;

import static dev.atoll.core.scheduler.SchedulerView.PROGRESS_CHUNK_SIZE;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.FailedGroup;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.proto.ledger.v1.CopiedTasks;
import dev.atoll.proto.ledger.v1.FailedTasks;
import dev.atoll.proto.ledger.v1.StoredIndexes;
import dev.atoll.proto.ledger.v1.StoredProgress;
import dev.atoll.proto.ledger.v1.SucceededTasks;
import dev.atoll.runtime.wire.FailureWire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes what has become of the tasks of one chunk so that it fits into one value. */
final class ProgressCodec {
    /* Which tasks are done always fits: at most two bytes for each of 65,536 indexes, and the names
     * of some hundreds of workers. How tasks failed may not: every task of a chunk may have its own
     * last words, or its own exit code. Then words go first, then codes, then places; never which
     * tasks failed. Copies that are scattered over many workers without any order are left out last:
     * whoever leads next has them made anew. */

    /** Distinct details that are kept of one chunk. */
    static final int DETAILS_MAX = 64;

    /** The longest value, in bytes; the ledger takes 256 KiB. */
    static final int VALUE_BYTES_MAX = 240 * 1024;

    /** How much is said beside which tasks have succeeded where. */
    private enum Precision {
        SOME_DETAILS,
        NO_DETAILS,
        ONE_CODE_PER_KIND,
        NO_WORKERS,
        NO_COPIES
    }

    private ProgressCodec() {}

    /**
     * Writes a chunk.
     *
     * @param base the first index of the chunk
     * @throws IllegalStateException if it does not fit, which takes thousands of workers
     */
    static StoredProgress write(ProgressChunk chunk, int base) {
        for (Precision precision : Precision.values()) {
            StoredProgress stored = write(chunk, base, precision);
            if (stored.getSerializedSize() <= VALUE_BYTES_MAX) {
                return stored;
            }
        }
        throw new IllegalStateException(
                "the progress at %d, of %d workers, does not fit into %d bytes"
                        .formatted(base, chunk.succeeded().size(), VALUE_BYTES_MAX));
    }

    /** Reads a chunk. */
    static ProgressChunk read(StoredProgress stored, int base) {
        List<WorkerId> workers = stored.getWorkerIdsList().stream().map(WorkerId::new).toList();
        Map<WorkerId, Ranges> succeeded = new LinkedHashMap<>();
        for (SucceededTasks tasks : stored.getSucceededList()) {
            succeeded.put(workers.get(tasks.getWorker()), IndexCodec.read(tasks.getTasks(), base));
        }
        List<FailedGroup> failed = new ArrayList<>();
        for (FailedTasks tasks : stored.getFailedList()) {
            int worker = tasks.getWorkerPlusOne() - 1;
            failed.add(
                    new FailedGroup(
                            worker < 0 ? Optional.empty() : Optional.of(workers.get(worker)),
                            FailureWire.fromProto(tasks.getFailure(), "failure"),
                            IndexCodec.read(tasks.getTasks(), base)));
        }
        Ranges silent =
                stored.hasSilent() ? IndexCodec.read(stored.getSilent(), base) : Ranges.empty();
        return new ProgressChunk(succeeded, copied(stored, workers, base), silent, failed);
    }

    /** The first index of a chunk. */
    static int base(int chunk) {
        return chunk * PROGRESS_CHUNK_SIZE;
    }

    private static StoredProgress write(ProgressChunk chunk, int base, Precision precision) {
        StoredProgress.Builder stored = StoredProgress.newBuilder();
        Map<WorkerId, Integer> positions = new LinkedHashMap<>();
        chunk.succeeded()
                .forEach((worker, tasks) ->
                        stored.addSucceeded(
                                SucceededTasks.newBuilder()
                                        .setWorker(position(worker, positions))
                                        .setTasks(IndexCodec.write(tasks, base))));
        if (precision != Precision.NO_COPIES) {
            addCopied(chunk, base, positions, stored);
        }
        if (!chunk.silent().isEmpty()) {
            stored.setSilent(IndexCodec.write(chunk.silent(), base));
        }
        group(chunk.failed(), precision)
                .forEach((how, tasks) ->
                        stored.addFailed(
                                FailedTasks.newBuilder()
                                        .setWorkerPlusOne(
                                                how.worker()
                                                        .map(w -> position(w, positions) + 1)
                                                        .orElse(0))
                                        .setFailure(FailureWire.toProto(how.failure()))
                                        .setTasks(IndexCodec.write(tasks.toRanges(), base))));
        positions.keySet().forEach(worker -> stored.addWorkerIds(worker.value()));
        return stored.build();
    }

    private static int position(WorkerId worker, Map<WorkerId, Integer> positions) {
        return positions.computeIfAbsent(worker, _ -> positions.size());
    }

    /* The outputs of one worker go to the same other one, as a rule: then it takes a few bytes to say
     * that all of them are there, and not as many as it took to say which they are. */
    private static void addCopied(
            ProgressChunk chunk,
            int base,
            Map<WorkerId, Integer> positions,
            StoredProgress.Builder stored) {
        int position = 0;
        for (Ranges tasks : chunk.succeeded().values()) {
            for (Map.Entry<WorkerId, Ranges> copies : chunk.copied().entrySet()) {
                Ranges there = new RangeSet(copies.getValue()).intersection(tasks);
                if (!there.isEmpty()) {
                    StoredIndexes those = IndexCodec.write(there, base);
                    StoredIndexes others =
                            IndexCodec.write(new RangeSet(there).absentFrom(tasks), base);
                    boolean allBut = others.getSerializedSize() < those.getSerializedSize();
                    stored.addCopied(
                            CopiedTasks.newBuilder()
                                    .setSucceeded(position)
                                    .setWorker(position(copies.getKey(), positions))
                                    .setTasks(allBut ? others : those)
                                    .setAllBut(allBut));
                }
            }
            position++;
        }
    }

    private static Map<WorkerId, Ranges> copied(
            StoredProgress stored, List<WorkerId> workers, int base) {
        Map<WorkerId, RangeSet> copied = new LinkedHashMap<>();
        for (CopiedTasks entry : stored.getCopiedList()) {
            Ranges all =
                    IndexCodec.read(stored.getSucceeded(entry.getSucceeded()).getTasks(), base);
            Ranges some = IndexCodec.read(entry.getTasks(), base);
            copied.computeIfAbsent(workers.get(entry.getWorker()), _ -> new RangeSet())
                    .addAll(entry.getAllBut() ? new RangeSet(some).absentFrom(all) : some);
        }
        Map<WorkerId, Ranges> copies = new LinkedHashMap<>();
        copied.forEach((worker, tasks) -> copies.put(worker, tasks.toRanges()));
        return copies;
    }

    /** How and where tasks failed. */
    private record How(Optional<WorkerId> worker, Failure failure) {}

    private static Map<How, RangeSet> group(List<FailedGroup> groups, Precision precision) {
        Map<How, RangeSet> grouped = new LinkedHashMap<>();
        Set<String> details = new HashSet<>();
        Map<Failure.Kind, Integer> codes = new LinkedHashMap<>();
        for (FailedGroup group : groups) {
            Failure failure = group.failure();
            boolean detailed =
                    precision == Precision.SOME_DETAILS
                            && (details.contains(failure.detail())
                                    || (details.size() < DETAILS_MAX
                                            && details.add(failure.detail())));
            int code =
                    precision.compareTo(Precision.ONE_CODE_PER_KIND) < 0
                            ? failure.code()
                            : codes.computeIfAbsent(failure.kind(), _ -> failure.code());
            How how =
                    new How(
                            precision.compareTo(Precision.NO_WORKERS) < 0
                                    ? group.worker()
                                    : Optional.empty(),
                            new Failure(failure.kind(), code, detailed ? failure.detail() : ""));
            grouped.computeIfAbsent(how, _ -> new RangeSet()).addAll(group.tasks());
        }
        return grouped;
    }
}
