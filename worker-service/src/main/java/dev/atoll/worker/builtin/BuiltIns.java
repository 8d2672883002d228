package dev.atoll.worker.builtin;

import dev.atoll.core.model.Failure;
import dev.atoll.worker.execution.Guard;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.ProcessStarter;

import java.io.IOException;
import java.util.List;

/** Starts programs that are built in within the worker, and all others as processes. */
public final class BuiltIns implements ProcessStarter {
    private static final String PREFIX = "atoll:";

    private final ProcessStarter processes;

    public BuiltIns(ProcessStarter processes) {
        this.processes = processes;
    }

    @Override
    public Outcome start(Launch launch) {
        String name = launch.command().getFirst();
        if (!name.startsWith(PREFIX)) {
            return processes.start(launch);
        }
        List<String> arguments = launch.command().subList(1, launch.command().size());
        try {
            Programs.Maker maker = Programs.named(name.substring(PREFIX.length()));
            return new Outcome.Started(
                    new BuiltInProcess(name, sink -> maker.make(arguments, sink), launch.input()));
        } catch (BadUsageException e) {
            return new Outcome.Refused(
                    new Failure(
                            Failure.Kind.NOT_FOUND,
                            0,
                            "%s is not built in: %s".formatted(name, e.getMessage())));
        }
    }

    @Override
    public void sweep() {
        processes.sweep();
    }

    @Override
    public boolean killMarked(String markerPrefix) {
        return processes.killMarked(markerPrefix);
    }

    @Override
    public Guard guard(String markerPrefix) throws IOException {
        return processes.guard(markerPrefix);
    }

    @Override
    public String description() {
        return processes.description();
    }
}
