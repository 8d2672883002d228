package dev.atoll.naming.feed;

/** Changes were missed because they were not taken in time. */
public final class FellBehindException extends RuntimeException {
    FellBehindException() {
        super("changes were missed because they were not taken in time");
    }
}
