package dev.atoll.worker.attempt;

import dev.atoll.core.model.Shuffle;
import dev.atoll.worker.segment.AttemptOutput;
import dev.atoll.worker.segment.Channel;
import dev.atoll.worker.shuffle.RecordSorter;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes what an attempt writes, on its way to what is kept. One thread at a time. */
interface OutputCapture extends AutoCloseable {
    /**
     * Takes the next bytes.
     *
     * @return whether they were within the limit
     * @throws IOException if they cannot be taken
     */
    boolean append(Channel channel, ByteBuffer bytes) throws IOException;

    /** The attempt has succeeded: everything is put into its output. */
    void end() throws IOException;

    @Override
    void close();

    /** Bytes as they are. */
    record Plain(AttemptOutput output) implements OutputCapture {
        @Override
        public boolean append(Channel channel, ByteBuffer bytes) throws IOException {
            return output.append(channel, bytes);
        }

        @Override
        public void end() {}

        @Override
        public void close() {}
    }

    /** Standard output as records, sorted. */
    final class Records implements OutputCapture {
        private final RecordRoom.Share room;
        private final RecordSorter sorter;
        private final AttemptOutput output;
        private long bytesLeft;
        private boolean broken;

        /**
         * @param limitBytes the most bytes that all outputs may have as they come
         */
        Records(RecordRoom.Share room, Shuffle shuffle, AttemptOutput output, long limitBytes) {
            this.room = room;
            this.sorter = room.sorter(shuffle);
            this.output = output;
            this.bytesLeft = limitBytes;
        }

        @Override
        public boolean append(Channel channel, ByteBuffer bytes) throws IOException {
            if (bytes.remaining() > bytesLeft) {
                bytesLeft = 0;
                return false;
            }
            bytesLeft -= bytes.remaining();
            switch (channel) {
                case STDOUT -> sort(bytes);
                case STDERR, FILES -> output.append(channel, bytes);
            }
            return true;
        }

        /** Once the sorter could not take something, it takes nothing more. */
        private void sort(ByteBuffer bytes) throws IOException {
            if (!broken) {
                broken = true;
                sorter.accept(bytes);
                broken = false;
            }
        }

        @Override
        public void end() throws IOException {
            sorter.end(bytes -> output.append(Channel.STDOUT, bytes));
        }

        @Override
        public void close() {
            sorter.close();
            room.close();
        }
    }
}
