package dev.atoll.worker.shuffle;

import java.util.Arrays;
import java.util.Optional;

/** Which records of a run are wanted. */
public sealed interface RunPart {
    /** All. */
    record All() implements RunPart {}

    /** Those of a partition. */
    record Partition(int partition) implements RunPart {}

    /**
     * Those whose keys are in a range.
     *
     * @param from the least key; empty: no bound
     * @param to the least key that is not in it any more; empty: no bound
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
    record KeyRange(Optional<byte[]> from, Optional<byte[]> to) implements RunPart {
        /** Whether keys are too low for it. */
        boolean isBefore(byte[] bytes, int offset, int length) {
            return from.isPresent() && compare(bytes, offset, length, from.get()) < 0;
        }

        /** Whether every key with this beginning, as an index has it, is too low for it. */
        boolean isBeforeWith(byte[] beginning) {
            boolean isWhole = beginning.length < RunWriter.INDEX_KEY_BYTES_MAX;
            return isBefore(beginning, 0, beginning.length)
                    && (isWhole || !startsWith(from.orElseThrow(), beginning));
        }

        private static boolean startsWith(byte[] bytes, byte[] beginning) {
            return bytes.length >= beginning.length
                    && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
        }

        /** Whether keys are too high for it. */
        boolean isBehind(byte[] bytes, int offset, int length) {
            return to.isPresent() && compare(bytes, offset, length, to.get()) >= 0;
        }

        private static int compare(byte[] bytes, int offset, int length, byte[] bound) {
            return Arrays.compareUnsigned(bytes, offset, offset + length, bound, 0, bound.length);
        }
    }
}
