package dev.atoll.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;

/** What must be closed in the end, the newest first. */
final class Parts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part and gives it back. */
    synchronized <P extends AutoCloseable> P add(P part) {
        parts.push(part);
        return part;
    }

    /** Closes every part, whatever happens to the others. Idempotent. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("cannot close {}", part, e);
            }
        }
    }
}
