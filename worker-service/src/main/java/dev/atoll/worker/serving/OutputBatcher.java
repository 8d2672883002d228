package dev.atoll.worker.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.worker.v1.OutputRecord;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.segment.StoredOutput;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Packs chunks of many tasks into messages of less than 1 MiB. */
final class OutputBatcher {
    /* Little outputs travel by the thousand in one message; a chunk's own fields cost some bytes, so
     * they are counted too. */
    private static final int MESSAGE_BYTES = 512 << 10;
    private static final int CHUNK_OVERHEAD_BYTES = 24;
    private static final int RECORD_BYTES = 32;

    private final Outflow<ReadTaskOutputsResponse> out;
    private final List<Channel> channels;
    private ReadTaskOutputsResponse.Builder message = ReadTaskOutputsResponse.newBuilder();
    private int messageBytes;

    OutputBatcher(Outflow<ReadTaskOutputsResponse> out, List<Channel> channels) {
        this.out = out;
        this.channels = channels;
    }

    /** Which outputs are wanted, in order. */
    List<Channel> channels() {
        return channels;
    }

    /** Adds everything of a stored output. */
    void copy(int index, Channel channel, StoredOutput stored)
            throws IOException, InterruptedException, Outflow.GoneException {
        StoredOutput.Pieces pieces = stored.pieces(channel);
        while (pieces.hasNext()) {
            add(index, channel, pieces.next());
        }
    }

    /** Adds some bytes, which are no longer the caller's. */
    void add(int index, Channel channel, ByteBuffer bytes)
            throws InterruptedException, Outflow.GoneException {
        add(
                OutputChunk.newBuilder()
                        .setIndex(index)
                        .setStream(OutputChannels.stream(channel))
                        .setData(UnsafeByteOperations.unsafeWrap(bytes)));
    }

    /** Marks the end of a task. */
    void finish(int index) throws InterruptedException, Outflow.GoneException {
        int last = message.getChunksCount() - 1;
        if (last >= 0 && message.getChunks(last).getIndex() == index) {
            message.getChunksBuilder(last).setLast(true);
            return;
        }
        add(
                OutputChunk.newBuilder()
                        .setIndex(index)
                        .setStream(OutputChannels.stream(channels.getLast()))
                        .setData(ByteString.EMPTY)
                        .setLast(true));
    }

    /** Says how the task that was finished last is kept. */
    void addRecord(int index, StoredOutput stored) {
        message.addRecords(
                OutputRecord.newBuilder()
                        .setIndex(index)
                        .setAttempt(stored.attempt())
                        .setOutputChecksum(stored.checksum(Channel.STDOUT))
                        .setErrorChecksum(stored.checksum(Channel.STDERR))
                        .setFilesChecksum(stored.checksum(Channel.FILES)));
        messageBytes += RECORD_BYTES;
    }

    /** Sends what is packed. */
    void flush() throws InterruptedException, Outflow.GoneException {
        if (message.getChunksCount() > 0) {
            out.send(message.build());
            message = ReadTaskOutputsResponse.newBuilder();
            messageBytes = 0;
        }
    }

    private void add(OutputChunk.Builder chunk) throws InterruptedException, Outflow.GoneException {
        int size = chunk.getData().size() + CHUNK_OVERHEAD_BYTES;
        if (messageBytes + size > MESSAGE_BYTES) {
            flush();
        }
        message.addChunks(chunk);
        messageBytes += size;
    }
}
