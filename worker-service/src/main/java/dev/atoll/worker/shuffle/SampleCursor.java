package dev.atoll.worker.shuffle;

import java.util.List;

/** A sample of the keys of a run: each with how many bytes of records it stands for. */
public final class SampleCursor extends RecordCursor {
    private static final int SAMPLES_MAX = 256;

    private final List<RunIndex.Block> blocks;
    private final int step;
    private final KeyValue record = new KeyValue();
    private int at;

    /**
     * @param writer the task that wrote the run
     */
    public SampleCursor(RunIndex index, int writer) {
        setTask(writer);
        this.blocks = index.blocks(new RunPart.All());
        this.step = Math.ceilDiv(Math.max(1, blocks.size()), SAMPLES_MAX);
    }

    @Override
    public boolean next() {
        if (at >= blocks.size()) {
            return false;
        }
        byte[] key = blocks.get(at).key();
        int end = Math.min(at + step, blocks.size());
        long weight = 0;
        while (at < end) {
            weight += blocks.get(at++).rawSize();
        }
        record.set(key, 0, key.length, weight);
        record.show(0, this);
        return true;
    }
}
