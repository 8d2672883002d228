package dev.atoll.client.function;

import java.io.Serializable;

/** A {@link Runnable} that runs on a worker. */
@FunctionalInterface
public interface RemoteRunnable extends Runnable, Serializable {}
