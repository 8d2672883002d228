package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/**
 * A function that runs on workers. A lambda is one; whatever it holds of its surroundings travels
 * with it and must be {@link Serializable}.
 *
 * @param <T> what it takes
 * @param <R> what it gives
 */
@FunctionalInterface
public interface RemoteFunction<T extends @Nullable Object, R extends @Nullable Object>
        extends Serializable {
    /** Applies it to an item. What it throws reaches the caller as the cause of its exception. */
    R apply(T item) throws Exception;
}
