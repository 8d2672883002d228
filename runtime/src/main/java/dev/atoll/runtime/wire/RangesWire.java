package dev.atoll.runtime.wire;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageSpec;
import dev.atoll.proto.job.v1.TaskRanges;

/** Task indexes as pairs of first and count, and back. */
public final class RangesWire {
    private RangesWire() {}

    /** As a message. */
    public static TaskRanges toProto(Ranges ranges) {
        return toProto(ranges, 0, ranges.rangeCount());
    }

    /** Some of the ranges as a message, from one to before another. */
    static TaskRanges toProto(Ranges ranges, int from, int to) {
        TaskRanges.Builder message = TaskRanges.newBuilder();
        for (int k = from; k < to; k++) {
            message.addBounds(ranges.first(k));
            message.addBounds(ranges.end(k) - ranges.first(k));
        }
        return message.build();
    }

    /**
     * From a message; an absent one is empty.
     *
     * @param field what the message is called, for the exception
     * @throws MalformedMessageException unless it holds pairs that ascend, do not overlap, and stay
     *     below {@link StageSpec#TASK_COUNT_MAX}
     */
    public static Ranges fromProto(TaskRanges message, String field) {
        int length = message.getBoundsCount();
        if (length % 2 != 0) {
            throw new MalformedMessageException(field, "a first index without a count");
        }
        RangeSet ranges = new RangeSet();
        int endBefore = 0;
        for (int i = 0; i < length; i += 2) {
            int first = message.getBounds(i);
            int count = message.getBounds(i + 1);
            if (first < endBefore || count < 1 || first > StageSpec.TASK_COUNT_MAX - count) {
                throw new MalformedMessageException(
                        field, "not a range behind %d: %d, %d".formatted(endBefore, first, count));
            }
            endBefore = first + count;
            ranges.add(first, endBefore);
        }
        return ranges.toRanges();
    }
}
