package dev.atoll.master.relay;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.OutputStream;

import java.util.EnumMap;
import java.util.Map;

/** How much of one task's outputs a caller has got, so that reading again goes on where it was. */
final class DeliveredBytes {
    private final Map<OutputStream, Long> delivered = new EnumMap<>(OutputStream.class);
    private final Map<OutputStream, Long> position = new EnumMap<>(OutputStream.class);

    /** The outputs are going to be read again from their beginning. */
    void again() {
        position.clear();
    }

    /** Other outputs are going to be read. */
    void forget() {
        delivered.clear();
        position.clear();
    }

    /** What the caller has not got of the next bytes, which from now on it has. */
    ByteString news(OutputStream stream, ByteString next) {
        long end = position.merge(stream, (long) next.size(), Long::sum);
        long known = delivered.getOrDefault(stream, 0L);
        if (end <= known) {
            return ByteString.EMPTY;
        }
        delivered.put(stream, end);
        long start = end - next.size();
        return next.substring((int) Math.max(0, known - start));
    }
}
