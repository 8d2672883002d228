package dev.atoll.naming.store;

/** A watch that is under way. */
public interface Watch extends AutoCloseable {
    /** Ends the watch. Idempotent; a notice that is on its way may still arrive. */
    @Override
    void close();
}
