package dev.atoll.worker.shuffle;

import dev.atoll.core.model.Shuffle.Combiner;

import java.util.Optional;

/** What of a record is its key. */
public enum KeyForm {
    /** The bytes before the first tab, or all of them: the convention of Hadoop streaming. */
    FIELD {
        @Override
        public int keyLength(byte[] bytes, int offset, int length) {
            for (int i = 0; i < length; i++) {
                if (bytes[offset + i] == '\t') {
                    return i;
                }
            }
            return length;
        }
    },
    /** All of it. */
    RECORD {
        @Override
        public int keyLength(byte[] bytes, int offset, int length) {
            return length;
        }
    };

    /** How many of a record's bytes are its key. */
    public abstract int keyLength(byte[] bytes, int offset, int length);

    /** That of records which are combined so. */
    public static KeyForm of(Optional<Combiner> combiner) {
        return combiner.filter(it -> it == Combiner.UNIQUE).isPresent() ? RECORD : FIELD;
    }
}
