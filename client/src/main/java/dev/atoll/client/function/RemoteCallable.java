package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.concurrent.Callable;

/**
 * A {@link Callable} that runs on a worker.
 *
 * @param <R> what it gives
 */
@FunctionalInterface
public interface RemoteCallable<R extends @Nullable Object> extends Callable<R>, Serializable {}
