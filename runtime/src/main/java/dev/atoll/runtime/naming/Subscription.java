package dev.atoll.runtime.naming;

/** News that come until it is closed. */
public interface Subscription extends AutoCloseable {
    /** Ends the news: when it returns, at most one that is being delivered is still under way. */
    @Override
    void close();
}
