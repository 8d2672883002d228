package dev.atoll.runtime.stream;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What has been delivered of an output. When the output comes again from its first byte on, because
 * a connection was lost or the task ran again, that much is dropped, if it is the same.
 */
public final class DeliveredPrefix {
    private final CRC32C delivered = new CRC32C();
    private CRC32C dropped = new CRC32C();
    private long toDrop;
    private long count;

    /** Nothing is delivered at first. */
    public DeliveredPrefix() {}

    /** How many bytes have been delivered. */
    public long count() {
        return count;
    }

    /** The output comes again from its first byte on. */
    public void replay() {
        toDrop = count;
        dropped = new CRC32C();
    }

    /**
     * What of these bytes has not been delivered before, and is from now on.
     *
     * @throws OutputDiffersException when what comes again is not what has been delivered
     */
    public ByteBuffer fresh(ByteBuffer data) throws OutputDiffersException {
        int size = data.remaining();
        int known = (int) Math.min(toDrop, size);
        if (known > 0) {
            dropped.update(data.slice(data.position(), known));
            toDrop -= known;
            if (toDrop == 0 && dropped.getValue() != delivered.getValue()) {
                throw new OutputDiffersException(count);
            }
        }
        ByteBuffer rest = data.slice(data.position() + known, size - known);
        delivered.update(rest.duplicate());
        count += rest.remaining();
        return rest;
    }

    /**
     * The output is at its end.
     *
     * @throws OutputDiffersException when more has been delivered than there is
     */
    public void end() throws OutputDiffersException {
        if (toDrop > 0) {
            throw new OutputDiffersException(count);
        }
    }
}
