package dev.atoll.worker.execution;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A process that was started, with everything that it starts itself. */
public interface RunningProcess {
    /** The process id of what runs within the worker itself. */
    long WITHIN = 0;

    /**
     * The process id; also of its session and process group, where those exist. {@link #WITHIN} if
     * there is no process.
     */
    long pid();

    /** The write end of standard input, if that is piped; close it to end the input. */
    OutputStream input();

    /**
     * Standard output, if the launch says that it is piped; then {@link #await} does not pass it
     * on.
     */
    default Optional<ProcessOutput> output() {
        return Optional.empty();
    }

    /**
     * Passes the outputs on until the process has ended, and kills what it leaves behind. Blocks;
     * called once, by a platform thread.
     *
     * @throws IOException if the process cannot be watched; it is dead then
     */
    ProcessEnd await(OutputSink sink) throws IOException;

    /**
     * Sends a signal to the process group; KILL ends everything that the process has started,
     * wherever it has gone. Does not block; without effect once the process has ended.
     *
     * @param signal 1 to 64
     */
    void signal(int signal);
}
