package dev.atoll.worker.execution;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Failure.Kind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts processes by {@link ProcessBuilder}, where {@link PosixSpawnStarter} cannot. It is slower,
 * takes an exit code of 128 + n for signal n, since Java does not tell them apart, and may lose
 * what a filter writes after the main process has ended. Without the program setsid a launch shares
 * the worker's session: signals reach its main process and the descendants that have kept their
 * parents, and so does a kill, where there is no /proc.
 */
public final class ProcessBuilderStarter implements ProcessStarter {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Pattern ERRNO = Pattern.compile("error[=:] ?(\\d+)");

    private final ProgramLookup lookup = new ProgramLookup();
    private final ProcessTree tree = new ProcessTree(new ProcessTable());
    private final boolean sessions = Files.isExecutable(SETSID);

    @Override
    public Outcome start(Launch launch) {
        if (launch.holdsNul()) {
            return new Outcome.Refused(StartFault.nul());
        }
        Outcome outcome = find(launch);
        return outcome instanceof Outcome.Refused && lookup.forget(launch) ? find(launch) : outcome;
    }

    @Override
    public void sweep() {
        // Orphans go to the system's first process, which reaps them; they are found by their
        // marker.
    }

    @Override
    public Guard guard(String markerPrefix) throws IOException {
        return new Guard(markerPrefix);
    }

    @Override
    public String description() {
        return sessions ? "ProcessBuilder with setsid" : "ProcessBuilder without sessions";
    }

    private Outcome find(Launch launch) {
        return switch (lookup.find(launch)) {
            case ProgramLookup.Place.Missing() -> new Outcome.Refused(StartFault.missing(launch));
            case ProgramLookup.Place.Forbidden(String path) ->
                    new Outcome.Refused(StartFault.forbidden(launch, path));
            case ProgramLookup.Place.Found(String path) -> start(launch, path);
        };
    }

    private Outcome start(Launch launch, String path) {
        Path program = launch.workingDirectory().resolve(path);
        if (!Files.isDirectory(launch.workingDirectory()) || !Files.exists(program)) {
            return refused(StartFault.ENOENT, launch, path);
        }
        if (Files.isDirectory(program) || !Files.isExecutable(program)) {
            return refused(StartFault.EACCES, launch, path);
        }
        List<String> command = new ArrayList<>(launch.command());
        command.set(0, path);
        if (sessions) {
            command.addFirst(SETSID.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        builder.directory(launch.workingDirectory().toFile());
        builder.redirectInput(
                switch (launch.input()) {
                    case Launch.Input.Empty() ->
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());
                    case Launch.Input.FromFile(Path file) ->
                            ProcessBuilder.Redirect.from(file.toFile());
                    case Launch.Input.Piped() -> ProcessBuilder.Redirect.PIPE;
                });
        try {
            return new Outcome.Started(
                    new BuiltProcess(
                            builder.start(),
                            launch.marker(),
                            tree,
                            sessions,
                            launch.output() == Launch.Output.PIPED));
        } catch (IOException e) {
            return refused(errno(e), launch, path);
        }
    }

    private static Outcome refused(int errno, Launch launch, String path) {
        return new Outcome.Refused(
                errno < 0
                        ? new Failure(Kind.WORKER_TROUBLE, 0, "no process to be had")
                        : StartFault.of(errno, launch, path));
    }

    /** Java says the number of the error in the message, and nowhere else. */
    private static int errno(IOException e) {
        Matcher matcher = ERRNO.matcher(String.valueOf(e.getMessage()));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
