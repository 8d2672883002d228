package dev.atoll.cli;

import dev.atoll.cli.local.Home;
import dev.atoll.cli.local.HostedCluster;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Lets all services start and do some work, in this very process and with nobody else knowing, so
 * that the JVM can remember which classes they need: the launcher makes their start-up cache of it.
 */
final class ServiceRehearsal {
    private static final List<List<String>> SCENES =
            List.of(
                    List.of("map", "--range", "1..2", "--no-progress", "--", "true"),
                    List.of("run", "--cpus", "0.5", "--", "echo", "rehearsed"));

    private ServiceRehearsal() {}

    static int play(Shell shell) throws IOException {
        Path directory = Files.createTempDirectory("atoll-rehearsal-");
        Map<String, String> environment = new HashMap<>(shell.environment());
        environment.keySet().removeIf(name -> name.startsWith("ATOLL_"));
        environment.put("ATOLL_HOME", directory.toString());
        Shell stage =
                new Shell(environment, shell.in(), shell.out(), shell.err(), shell.terminal());
        int worst = ExitCode.OK;
        try (HostedCluster _ = HostedCluster.start(new Home(directory), environment)) {
            for (List<String> scene : SCENES) {
                worst = Math.max(worst, new AtollCommand(stage).run(scene.toArray(String[]::new)));
            }
        } finally {
            delete(directory);
        }
        return worst;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> {
                        try {
                            Files.deleteIfExists(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
