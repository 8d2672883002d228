package dev.atoll.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What has been delivered of an output. When the output comes again from its first byte on, because
 * the connection was lost or the task runs again, that much is dropped.
 */
final class DeliveredPrefix {
    private final CRC32C delivered = new CRC32C();
    private CRC32C dropped = new CRC32C();
    private long toDrop;
    private long count;

    /** How many bytes have been delivered. */
    long count() {
        return count;
    }

    /** The output comes again from its first byte on. */
    void replay() {
        toDrop = count;
        dropped = new CRC32C();
    }

    /**
     * What of these bytes has not been delivered before.
     *
     * @throws OutputLostException when what comes again is not what has been delivered
     */
    ByteBuffer fresh(ByteBuffer data) {
        int size = data.remaining();
        int known = (int) Math.min(toDrop, size);
        if (known > 0) {
            dropped.update(data.slice(data.position(), known));
            toDrop -= known;
            if (toDrop == 0 && dropped.getValue() != delivered.getValue()) {
                throw new OutputLostException(
                        "the task ran again, and wrote something else than the %d bytes read of it"
                                .formatted(count),
                        new IOException("the first bytes of both outputs differ"));
            }
        }
        ByteBuffer rest = data.slice(data.position() + known, size - known);
        delivered.update(rest.duplicate());
        count += rest.remaining();
        return rest;
    }
}
