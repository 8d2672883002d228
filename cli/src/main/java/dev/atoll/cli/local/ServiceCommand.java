package dev.atoll.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The way to start another process of this program: its own session, no terminal, a log. */
final class ServiceCommand {
    private static final String MAIN_CLASS = "dev.atoll.cli.AtollCommand";
    /* Settings of services in the environment are meant for services that someone else starts; the
     * keys of an object store are whoever's command reads from it. */
    private static final List<String> KEPT_BACK =
            List.of("ATOLL_NAMING_", "ATOLL_MASTER_", "ATOLL_WORKER_", "AWS_");

    private final Map<String, String> environment;

    /**
     * @param environment of this process
     */
    ServiceCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Starts it.
     *
     * @param words the command and its flags
     * @param log where both outputs go
     */
    Process start(List<String> words, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        if (isOnPath("setsid")) {
            command.add("setsid");
        }
        command.addAll(program());
        command.addAll(words);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment()
                .keySet()
                .removeIf(name -> KEPT_BACK.stream().anyMatch(name::startsWith));
        builder.environment().put("ATOLL_BUILD", "never");
        return builder.start();
    }

    /* The launcher knows the right options for the JVM of a service; without it, this process's own
     * JVM and class path do. */
    private static List<String> program() {
        String launcher = System.getProperty("atoll.launcher", "");
        if (!launcher.isEmpty()) {
            return List.of(launcher);
        }
        String java =
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN_CLASS);
    }

    private boolean isOnPath(String program) {
        for (String directory :
                environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
