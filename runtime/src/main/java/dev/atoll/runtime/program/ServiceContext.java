package dev.atoll.runtime.program;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.metrics.Metrics;

import java.util.Map;
import java.util.Optional;

/**
 * What a process gives to each program in it.
 *
 * @param program the name of the program
 * @param metrics what the process counts; shared by its programs
 * @param fatal how the program says that it must stop
 * @param started where the programs are reached that were started before in this process, by name
 */
public record ServiceContext(
        String program, Metrics metrics, FatalHandler fatal, Map<String, HostAndPort> started) {
    public ServiceContext {
        started = Map.copyOf(started);
    }

    /** Where a program is reached that was started before in this process. */
    public Optional<HostAndPort> addressOf(String otherProgram) {
        return Optional.ofNullable(started.get(otherProgram));
    }
}
