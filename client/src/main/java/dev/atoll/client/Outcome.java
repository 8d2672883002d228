package dev.atoll.client;

import org.jspecify.annotations.Nullable;

/**
 * How one task of a map ended.
 *
 * @param <R> what the function gives
 */
public sealed interface Outcome<R extends @Nullable Object> {
    /** The index of its item, from 0. */
    int index();

    /**
     * The result.
     *
     * @throws RemoteException if the task has failed
     */
    R get();

    /** It has succeeded. */
    record Success<R extends @Nullable Object>(int index, R value) implements Outcome<R> {
        @Override
        public R get() {
            return value;
        }
    }

    /** It has failed for good. */
    record Failed<R extends @Nullable Object>(int index, RemoteException exception)
            implements Outcome<R> {
        @Override
        public R get() {
            throw exception;
        }
    }
}
