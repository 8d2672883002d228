package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.util.Iterator;
import java.util.OptionalInt;

/** Goes through what is wanted of a run. */
public final class RunCursor extends RecordCursor {
    private final Blocks blocks;
    private final RunPart part;
    private final OptionalInt writer;

    /** Goes through a run whose records say themselves which task wrote them. */
    public RunCursor(RunIndex index, RunPart part) {
        this(index, part, OptionalInt.empty());
    }

    /** Goes through a run that one task wrote. */
    public RunCursor(RunIndex index, RunPart part, int writer) {
        this(index, part, OptionalInt.of(writer));
    }

    private RunCursor(RunIndex index, RunPart part, OptionalInt writer) {
        this.blocks = new Blocks(index, part);
        this.part = part;
        this.writer = writer;
    }

    @Override
    public boolean next() throws IOException {
        while (blocks.next()) {
            if (part instanceof RunPart.KeyRange range) {
                if (range.isBehind(blocks.bytes(), blocks.offset(), blocks.keyLength())) {
                    return false;
                }
                if (range.isBefore(blocks.bytes(), blocks.offset(), blocks.keyLength())) {
                    continue;
                }
            }
            pointTo(blocks);
            writer.ifPresent(this::setTask);
            return true;
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        blocks.close();
    }

    private static final class Blocks extends BlockCursor {
        private final RunIndex index;
        private final Iterator<RunIndex.Block> wanted;
        private byte[] stored = new byte[0];

        Blocks(RunIndex index, RunPart part) {
            this.index = index;
            this.wanted = index.blocks(part).iterator();
        }

        @Override
        protected boolean nextBlock() throws IOException {
            if (!wanted.hasNext()) {
                return false;
            }
            RunIndex.Block block = wanted.next();
            if (stored.length < block.storedSize()) {
                stored = new byte[block.storedSize()];
            }
            index.read(block, stored);
            setBlock(block.partition(), stored, 0, block.storedSize(), block.rawSize());
            return true;
        }
    }
}
