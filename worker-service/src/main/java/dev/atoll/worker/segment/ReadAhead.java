package dev.atoll.worker.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/**
 * Little outputs that lie one behind the other, read with one call. What it has read is only good
 * for records that were whole by then: others may have been written since. For one thread.
 */
final class ReadAhead implements SegmentBytes {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

    static final int WINDOW_BYTES = 256 << 10;

    private final FileChannel channel;
    private final SegmentBytes file;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    private long start;
    private int length;

    ReadAhead(FileChannel channel) {
        this.channel = channel;
        this.file = SegmentBytes.of(channel);
    }

    /** Reads what is there of so many bytes, at most {@link #WINDOW_BYTES}. */
    void fill(long from, int count) throws IOException {
        start = from;
        length = 0;
        window.clear().limit(count);
        try {
            int read = 0;
            while (window.hasRemaining() && read >= 0) {
                read = channel.read(window, from + window.position());
            }
            length = window.position();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // Which of them cannot be read shows when each is read by itself.
            LOG.debug("cannot read ahead at {}", from, e);
        }
    }

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
        int count = into.remaining();
        if (at >= start && at + count <= start + length) {
            into.put(window.array(), (int) (at - start), count);
        } else {
            file.read(into, at);
        }
    }

    @Override
    public long end() throws IOException {
        // Whoever asks wants to know how long a header may be; the next one is read if need be.
        return length > 0 ? start + length : file.end();
    }
}
