package dev.atoll.client.function;

import org.jspecify.annotations.Nullable;

/** Calls what is its item. */
public record CallingFunction<R extends @Nullable Object>()
        implements RemoteFunction<RemoteCallable<R>, R> {
    @Override
    public R apply(RemoteCallable<R> call) throws Exception {
        return call.call();
    }
}
