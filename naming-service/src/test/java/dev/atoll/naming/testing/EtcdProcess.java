package dev.atoll.naming.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** An etcd that this machine has installed, on free ports and with a directory of its own. */
final class EtcdProcess implements EtcdServer {
    private static final long START_SECONDS_MAX = 60;
    private static final int START_ATTEMPTS_MAX = 3;
    private static final int LINES_KEPT = 40;

    private final Path directory;
    private final URI client;
    private final URI peer;
    private Process process;

    private EtcdProcess(Path directory, URI client, URI peer) {
        this.directory = directory;
        this.client = client;
        this.peer = peer;
        this.process = launch();
    }

    static boolean isInstalled() {
        return binary().isPresent();
    }

    static EtcdProcess start() {
        // Between finding a free port and using it another process may take it.
        for (int attempt = 1; ; attempt++) {
            try {
                Path directory = Files.createTempDirectory("atoll-etcd-");
                return new EtcdProcess(directory, freeUrl(), freeUrl());
            } catch (IllegalStateException e) {
                if (attempt == START_ATTEMPTS_MAX) {
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public List<URI> endpoints() {
        return List.of(client);
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void restart() {
        process = launch();
    }

    @Override
    public void freeze() {
        signal("STOP");
    }

    @Override
    public void thaw() {
        signal("CONT");
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        ProcessBuilder builder =
                new ProcessBuilder(
                        binary().orElseThrow().toString(),
                        "--name=atoll",
                        "--data-dir=" + directory,
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=atoll=" + peer);
        try {
            Process launched = builder.redirectErrorStream(true).start();
            awaitReady(launched);
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitReady(Process launched) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        Thread.ofVirtual().name("etcd-output").start(() -> read(launched, ready));
        try {
            ready.get(START_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException | InterruptedException e) {
            launched.destroyForcibly();
            throw new IllegalStateException("etcd did not start: " + e.getMessage(), e);
        }
    }

    /** Reads what etcd prints for as long as it lives: with a full pipe it would stop. */
    private static void read(Process launched, CompletableFuture<Void> ready) {
        ArrayDeque<String> lines = new ArrayDeque<>();
        try (BufferedReader output = launched.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null) {
                lines.addLast(line);
                if (lines.size() > LINES_KEPT) {
                    lines.removeFirst();
                }
                if (line.contains("serving insecure client requests")
                        || line.contains("serving client traffic insecurely")) {
                    ready.complete(null);
                }
                line = output.readLine();
            }
        } catch (IOException e) {
            lines.addLast(e.toString());
        }
        ready.completeExceptionally(new IOException(String.join("\n", lines)));
    }

    private void signal(String name) {
        try {
            int exit =
                    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .inheritIO()
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " answered " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static URI freeUrl() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    private static Optional<Path> binary() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(entry -> Path.of(entry, "etcd"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
