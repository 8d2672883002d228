package dev.atoll.worker.shuffle;

/** Takes records into memory and gives them back sorted. Not thread-safe. */
interface Gatherer {
    /** Takes a record; false if there is no room for it until this is drained. */
    boolean add(byte[] bytes, int offset, int length, int keyLength);

    /** Whether there are no records. */
    boolean isEmpty();

    /** Everything, sorted; when the cursor has come to its end, this is empty again. */
    RecordCursor drain();
}
