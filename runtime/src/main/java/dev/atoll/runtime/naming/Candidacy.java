package dev.atoll.runtime.naming;

/** A try for an office that goes on until it is closed or its lease is lost. */
public interface Candidacy extends AutoCloseable {
    /** Gives up the office or the candidacy; the listener hears nothing more. Idempotent. */
    @Override
    void close();
}
