package dev.atoll.master.relay;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.runtime.stream.DeliveredPrefix;
import dev.atoll.runtime.stream.OutputDiffersException;

import java.util.EnumMap;
import java.util.Map;

/** How much of one task's outputs a caller has got, so that reading again goes on where it was. */
final class DeliveredOutputs {
    private final Map<OutputStream, DeliveredPrefix> prefixes = new EnumMap<>(OutputStream.class);

    /** The outputs are going to be read again from their beginning. */
    void again() {
        prefixes.values().forEach(DeliveredPrefix::replay);
    }

    /** Other outputs are going to be read. */
    void forget() {
        prefixes.clear();
    }

    /**
     * What the caller has not got of the next bytes, which from now on it has.
     *
     * @throws OutputDiffersException when the outputs are not those that the caller has begun to
     *     get
     */
    ByteString news(OutputStream stream, ByteString next) throws OutputDiffersException {
        int count =
                prefixes.computeIfAbsent(stream, _ -> new DeliveredPrefix())
                        .fresh(next.asReadOnlyByteBuffer())
                        .remaining();
        return next.substring(next.size() - count);
    }

    /**
     * The outputs are at their end.
     *
     * @throws OutputDiffersException when the caller has got more than that
     */
    void end() throws OutputDiffersException {
        for (DeliveredPrefix prefix : prefixes.values()) {
            prefix.end();
        }
    }
}
