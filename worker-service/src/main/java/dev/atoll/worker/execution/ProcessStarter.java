package dev.atoll.worker.execution;

import dev.atoll.core.model.Failure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/** Starts processes, each in a session of its own. Thread-safe. */
public interface ProcessStarter {
    /**
     * The best starter that works on this machine; the log says which, and why not a better one.
     */
    static ProcessStarter ofThisMachine() {
        Logger log = LoggerFactory.getLogger(ProcessStarter.class);
        ProcessStarter starter;
        try {
            starter = new PosixSpawnStarter();
        } catch (LinkageError | IOException e) {
            log.warn("no posix_spawn here, processes start slowly: {}", e.toString());
            starter = new ProcessBuilderStarter();
        }
        log.info("processes are started by {}", starter.description());
        return starter;
    }

    /** Starts a process. Blocks until it runs its program, about a millisecond. */
    Outcome start(Launch launch);

    /** Whether the process started. */
    sealed interface Outcome {
        /** It runs. */
        record Started(RunningProcess process) implements Outcome {}

        /** It never ran. */
        record Refused(Failure failure) implements Outcome {}
    }

    /** Kills what lost its parents and belongs to no launch that runs; called now and then. */
    void sweep();

    /**
     * Kills what an earlier process of this worker has left running. Blocks until it is dead.
     *
     * @param markerPrefix how the markers of its launches start
     * @return whether nothing is left
     */
    default boolean killMarked(String markerPrefix) {
        return new ProcessTree(new ProcessTable()).killMarked(markerPrefix);
    }

    /**
     * Starts a guard over the launches of this process.
     *
     * @param markerPrefix how their markers start; long enough that nothing else has it
     * @throws IOException if there is no shell
     */
    Guard guard(String markerPrefix) throws IOException;

    /** What is said of this starter in the log. */
    String description();
}
