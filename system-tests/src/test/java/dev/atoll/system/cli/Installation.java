package dev.atoll.system.cli;

import dev.atoll.client.local.LocalCluster;
import dev.atoll.client.local.LocalCluster.Member;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The launcher of this checkout, with a home of its own. To be closed: nothing keeps running. */
final class Installation implements AutoCloseable {
    private final Path launcher;
    private final Path home;

    private Installation(Path launcher, Path home) {
        this.launcher = launcher;
        this.home = home;
    }

    static Installation create() throws IOException {
        Path launcher = Path.of("..", "atoll").toAbsolutePath().normalize();
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException(launcher + " is not there");
        }
        return new Installation(launcher, Files.createTempDirectory("atoll-test-"));
    }

    Path home() {
        return home;
    }

    Path launcher() {
        return launcher;
    }

    /** Runs the command and waits for its end; standard input is empty. */
    Invocation.Ended run(String... words) throws IOException, InterruptedException {
        try (Invocation invocation =
                new Invocation(command(words).redirectInput(new File("/dev/null")))) {
            return invocation.end();
        }
    }

    /** The same, with this standard input. */
    Invocation.Ended runWithInput(byte[] input, String... words)
            throws IOException, InterruptedException {
        try (Invocation invocation = start(words)) {
            try (var stdin = invocation.stdin()) {
                stdin.write(input);
            }
            return invocation.end();
        }
    }

    /** Runs the command with some more variables; standard input is empty. */
    Invocation.Ended runWith(Map<String, String> variables, String... words)
            throws IOException, InterruptedException {
        ProcessBuilder builder = command(words).redirectInput(new File("/dev/null"));
        builder.environment().putAll(variables);
        try (Invocation invocation = new Invocation(builder)) {
            return invocation.end();
        }
    }

    /** Starts the command; its standard input stays open. To be closed. */
    Invocation start(String... words) throws IOException {
        return new Invocation(command(words));
    }

    /** Runs a line of shell in which atoll is on the PATH. */
    Invocation.Ended shell(String line) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", line).redirectInput(new File("/dev/null"));
        prepare(builder);
        try (Invocation invocation = new Invocation(builder)) {
            return invocation.end();
        }
    }

    private ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        prepare(builder);
        return builder;
    }

    private void prepare(ProcessBuilder builder) {
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("ATOLL_"));
        environment.put("ATOLL_HOME", home.toString());
        environment.put("ATOLL_BUILD", "never");
        environment.put("ATOLL_AOT", "wait");
        environment.merge(
                "PATH",
                launcher.getParent().toString(),
                (path, own) -> own + File.pathSeparator + path);
    }

    /** The processes of the cluster, as its state file names them. */
    List<Member> members() throws IOException {
        return LocalCluster.read(home).map(LocalCluster::members).orElse(List.of());
    }

    @Override
    public void close() throws IOException {
        List<Member> members = members();
        try {
            Invocation.Ended _ = run("down");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (Member member : members) {
            ProcessHandle.of(member.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        try (Stream<Path> walk = Files.walk(home)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
