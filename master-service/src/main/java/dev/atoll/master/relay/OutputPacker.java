package dev.atoll.master.relay;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.RangeSet;
import dev.atoll.master.loop.MasterMetrics;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.runtime.stream.OutputDiffersException;

/**
 * Packs chunks into messages of a useful size, and knows how much of the task at hand the caller
 * has got: a task that is read again, from another worker, goes on at the exact byte.
 */
final class OutputPacker {
    /** Messages are sent once they are this long; a single chunk may make one longer. */
    private static final int MESSAGE_BYTES = 256 << 10;

    private final Sink out;
    private final RangeSet remaining;
    private final MasterMetrics metrics;
    private final DeliveredOutputs delivered = new DeliveredOutputs();
    private ReadOutputResponse.Builder message = ReadOutputResponse.newBuilder();
    private int messageBytes;
    private long newsBytes;
    private int partial = -1;

    /** Where messages go; waits while the caller does not read. */
    @FunctionalInterface
    interface Sink {
        void send(ReadOutputResponse message) throws InterruptedException;
    }

    /**
     * A packer.
     *
     * @param remaining the tasks that are still to come; those that are complete are taken out
     */
    OutputPacker(Sink out, RangeSet remaining, MasterMetrics metrics) {
        this.out = out;
        this.remaining = remaining;
        this.metrics = metrics;
    }

    /** The task of which the caller has got a part; -1 if there is none. */
    int partial() {
        return partial;
    }

    /** A task is going to be read from its beginning. */
    void begin(int index) {
        if (index == partial) {
            delivered.again();
        } else {
            startOver();
        }
    }

    /** What the caller has got of a task does not count any more. */
    void startOver() {
        delivered.forget();
        partial = -1;
    }

    /**
     * Adds a task that wrote nothing.
     *
     * @throws OutputDiffersException when the caller has got something of this task
     */
    void addSilent(int index, OutputStream stream)
            throws InterruptedException, OutputDiffersException {
        begin(index);
        add(OutputChunk.newBuilder().setIndex(index).setStream(stream).setLast(true).build());
    }

    /**
     * Adds what is new in a chunk of the task that was begun.
     *
     * @throws OutputDiffersException when the caller has got something else of this task
     */
    void add(OutputChunk chunk) throws InterruptedException, OutputDiffersException {
        ByteString news = delivered.news(chunk.getStream(), chunk.getData());
        if (chunk.getLast()) {
            delivered.end();
            remaining.remove(chunk.getIndex(), chunk.getIndex() + 1);
            partial = -1;
        } else if (news.isEmpty()) {
            return;
        } else {
            partial = chunk.getIndex();
        }
        boolean isWhole = news.size() == chunk.getData().size();
        message.addChunks(isWhole ? chunk : chunk.toBuilder().setData(news).build());
        messageBytes += chunk.getSerializedSize();
        newsBytes += news.size();
        if (messageBytes >= MESSAGE_BYTES) {
            flush();
        }
    }

    /** Sends what has been packed; waits while the caller does not read. */
    void flush() throws InterruptedException {
        if (message.getChunksCount() > 0) {
            metrics.relayed("output", newsBytes);
            out.send(message.build());
            message = ReadOutputResponse.newBuilder();
            messageBytes = 0;
            newsBytes = 0;
        }
    }
}
