package dev.atoll.cli.items;

import dev.atoll.client.BlobSource;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.StageRequest;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Blocks of files, cut at the boundaries of records: each becomes the standard input of a task,
 * whose item is FILE:OFFSET.
 */
public final class BlockItems extends TableItems {
    /* Blocks of a stream lie in memory until they are uploaded; those of a regular file do not. */
    private static final int MEMORY_BYTES_MAX = 64 << 20;

    private final InputFiles files;
    private final List<String> names;
    private final BlockLimits limits;
    private final Delimiter delimiter;
    private final WhenEmpty whenEmpty;

    /**
     * @param files where names lead
     * @param names of the files, at least one
     * @param limits how large blocks are
     * @param delimiter what ends a record
     * @param whenEmpty what becomes of files without a byte
     */
    public BlockItems(
            InputFiles files,
            List<String> names,
            BlockLimits limits,
            Delimiter delimiter,
            WhenEmpty whenEmpty) {
        this.whenEmpty = whenEmpty;
        this.files = files;
        this.names = List.copyOf(names);
        this.limits = limits;
        this.delimiter = delimiter;
    }

    @Override
    public StageRequest.Input input() {
        return new StageRequest.Input.ItemBlob();
    }

    @Override
    public void check() {
        files.check(names);
    }

    @Override
    int parallelMax() {
        return Math.clamp(MEMORY_BYTES_MAX / limits.blockBytes(), 1, Uploads.PARALLEL_DEFAULT);
    }

    @Override
    void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener)
            throws IOException, InterruptedException {
        List<String> values = new ArrayList<>();
        List<CompletableFuture<BlobRef>> refs = new ArrayList<>();
        for (String name : names) {
            Blocks blocks = files.isRegular(name) ? ofFile(name) : ofStream(name);
            try (blocks) {
                Optional<Block> block = blocks.next();
                while (block.isPresent()) {
                    values.add(name + ":" + block.get().offset());
                    refs.add(uploads.add(block.get().source()));
                    listener.progress(refs.size(), uploads.bytesDone());
                    block = blocks.next();
                }
            }
        }
        if (values.isEmpty() && whenEmpty == WhenEmpty.ONE_EMPTY_BLOCK) {
            values.add(names.getFirst() + ":0");
            refs.add(uploads.add(new BlobSource.Bytes(new byte[0])));
        }
        List<BlobRef> uploaded = Uploads.join(refs);
        for (int i = 0; i < values.size(); i++) {
            table.add(values.get(i), uploaded.get(i));
        }
    }

    @Override
    String emptyMessage() {
        return String.join(", ", names) + (names.size() == 1 ? " is empty" : " are empty");
    }

    private record Block(long offset, BlobSource source) {}

    private interface Blocks extends AutoCloseable {
        Optional<Block> next() throws IOException;

        @Override
        void close() throws IOException;
    }

    private Blocks ofFile(String name) throws IOException {
        FileBlocks blocks = new FileBlocks(files.path(name), limits, delimiter);
        return new Blocks() {
            @Override
            public Optional<Block> next() throws IOException {
                return blocks.next().map(part -> new Block(part.offset(), part));
            }

            @Override
            public void close() throws IOException {
                blocks.close();
            }
        };
    }

    private Blocks ofStream(String name) throws IOException {
        InputStream in = files.open(name);
        BlockReader reader = new BlockReader(name, in, limits, delimiter);
        return new Blocks() {
            @Override
            public Optional<Block> next() throws IOException {
                long offset = reader.offset();
                return reader.next().map(bytes -> new Block(offset, new BlobSource.Bytes(bytes)));
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }
}
