package dev.atoll.client;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.runtime.stream.DeliveredPrefix;
import dev.atoll.runtime.stream.OutputDiffersException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** How far a reader of outputs has come, so that it can go on from there on another connection. */
final class OutputPosition {
    /* Tasks that were read to their end are left out of the next request. The one task that was cut
     * off is sent again from its beginning, and what was delivered of it is dropped. */
    private final RangeSet finished = new RangeSet();
    private final Map<OutputChunk.Stream, DeliveredPrefix> prefixes =
            new EnumMap<>(OutputChunk.Stream.class);
    private int cutOff = -1;

    /** Whether nothing has been delivered. */
    boolean isAtStart() {
        return finished.isEmpty() && cutOff < 0;
    }

    /** Whether a task has been delivered in part. */
    boolean isInsideTask() {
        return cutOff >= 0;
    }

    /** The task that has been delivered in part. */
    Ranges partialTask() {
        return Ranges.of(cutOff);
    }

    /** Those tasks that have not been delivered to their end. */
    Ranges remaining(Ranges all) {
        return finished.absentFrom(all);
    }

    /** The connection was lost: what comes next begins with the task that was cut off. */
    void resume() {
        prefixes.values().forEach(DeliveredPrefix::replay);
    }

    /**
     * What of a chunk has not been delivered; null if nothing is new, not even its end.
     *
     * @throws OutputDiffersException when something else has been delivered of this task
     */
    @Nullable OutputChunk advance(OutputChunk chunk) throws OutputDiffersException {
        if (chunk.index() != cutOff) {
            prefixes.clear();
            cutOff = chunk.index();
        }
        ByteBuffer fresh =
                prefixes.computeIfAbsent(chunk.stream(), _ -> new DeliveredPrefix())
                        .fresh(chunk.data());
        if (chunk.last()) {
            for (DeliveredPrefix prefix : prefixes.values()) {
                prefix.end();
            }
            finished.add(chunk.index(), chunk.index() + 1);
            prefixes.clear();
            cutOff = -1;
        } else if (!fresh.hasRemaining()) {
            return null;
        }
        return new OutputChunk(chunk.index(), chunk.stream(), fresh, chunk.last());
    }
}
