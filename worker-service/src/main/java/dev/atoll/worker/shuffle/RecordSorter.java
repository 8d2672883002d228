package dev.atoll.worker.shuffle;

import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.Shuffle.Combiner;
import dev.atoll.core.model.Shuffle.Partitioning;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what a task writes as records and makes one sorted run of them: in memory while there is
 * room, by an external merge sort once there is not. Not thread-safe.
 */
public final class RecordSorter implements AutoCloseable {
    /** Runs that are merged at a time: each takes about 64 KiB of memory then. */
    private static final int MERGED_MAX = 64;

    private final Optional<Combiner> combiner;
    private final KeyForm keyForm;
    private final SpillDirectory directory;
    private final Gatherer gatherer;
    private final LineSplitter lines = new LineSplitter(this::add);
    private final List<SpillDirectory.Spill> spills = new ArrayList<>();

    /**
     * @param directory for what has no room in memory
     * @param memoryBytes about how much memory may be taken
     */
    public RecordSorter(Shuffle shuffle, SpillDirectory directory, long memoryBytes) {
        this.combiner = shuffle.combiner();
        this.keyForm = KeyForm.of(combiner);
        this.directory = directory;
        int partitionCount =
                switch (shuffle.partitioning()) {
                    case Partitioning.Hash(int count) -> count;
                    case Partitioning.Range() -> 1;
                };
        this.gatherer =
                combiner.<Gatherer>map(it -> new FoldTable(it, memoryBytes, partitionCount))
                        .orElseGet(() -> new SortBuffer(memoryBytes, partitionCount));
    }

    /**
     * Takes the next bytes.
     *
     * @throws RecordTooLongException if a record is too long
     * @throws IOException if the disk does not take what has no room in memory
     */
    public void accept(ByteBuffer bytes) throws IOException {
        lines.accept(bytes);
    }

    /** No more bytes come: writes the run. */
    public void end(RunSink sink) throws IOException {
        lines.end();
        try (RecordCursor all = merged();
                RunWriter writer = new RunWriter(sink)) {
            writer.addAll(all);
            writer.end();
        }
    }

    private void add(byte[] bytes, int offset, int length) throws IOException {
        int keyLength = keyForm.keyLength(bytes, offset, length);
        while (!gatherer.add(bytes, offset, length, keyLength)) {
            spills.add(directory.spill(gatherer.drain()));
            if (spills.size() == MERGED_MAX) {
                mergeSpills();
            }
        }
    }

    /** Everything so far, in the order in which it came where keys are equal. */
    private RecordCursor merged() throws IOException {
        List<RecordCursor> runs = new ArrayList<>();
        for (SpillDirectory.Spill spill : spills) {
            runs.add(spill.records());
        }
        if (!gatherer.isEmpty()) {
            runs.add(gatherer.drain());
        }
        RecordCursor all = runs.size() == 1 ? runs.getFirst() : new MergeCursor(runs);
        return FoldCursor.of(all, combiner);
    }

    private void mergeSpills() throws IOException {
        SpillDirectory.Spill one;
        try (RecordCursor all = merged()) {
            one = directory.spill(all);
        }
        closeSpills();
        spills.add(one);
    }

    private void closeSpills() {
        spills.forEach(SpillDirectory.Spill::close);
        spills.clear();
    }

    @Override
    public void close() {
        closeSpills();
    }
}
