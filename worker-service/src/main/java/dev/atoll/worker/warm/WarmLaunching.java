package dev.atoll.worker.warm;

import dev.atoll.core.model.Failure;
import dev.atoll.worker.execution.Launch;

/** Makes ready what warm programs need to start. Thread-safe. */
@FunctionalInterface
public interface WarmLaunching {
    /** Blocks while files are fetched and laid out. */
    Outcome prepare(WarmKind kind);

    /** Whether everything is there. */
    sealed interface Outcome {
        /**
         * It is.
         *
         * @param release gives everything back, once the program has ended
         */
        record Ready(Launch launch, Runnable release) implements Outcome {}

        /** Something cannot be had. */
        record Unready(Failure failure) implements Outcome {}
    }
}
