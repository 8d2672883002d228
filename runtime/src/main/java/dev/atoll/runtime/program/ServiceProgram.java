package dev.atoll.runtime.program;

/**
 * A program of the cluster, found through {@link java.util.ServiceLoader}: a file {@code
 * META-INF/services/dev.atoll.runtime.program.ServiceProgram} names the class, which has a public
 * constructor without parameters that does nothing.
 *
 * @param <C> the record of its settings
 */
public interface ServiceProgram<C extends Record> {
    /** What it is called on the command line, in flags and in log lines: of [a-z-]. */
    String name();

    /** What it does, in one line for people. */
    String summary();

    /**
     * The record of its settings, with a {@link dev.atoll.runtime.config.Key} on each component.
     */
    Class<C> configType();

    /**
     * Starts and returns when it serves. May block; is interrupted when the process stops.
     *
     * @throws dev.atoll.runtime.config.ConfigException when the settings cannot be used, found only
     *     now: the process exits with 2
     * @throws Exception when it cannot start: the process exits with 1
     */
    RunningService start(C config, ServiceContext context) throws Exception;
}
