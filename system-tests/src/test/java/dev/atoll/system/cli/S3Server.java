package dev.atoll.system.cli;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server of the S3 protocol over a directory, as a process. To be closed. */
final class S3Server implements AutoCloseable {
    private static final Path JAR = Path.of("target/s3proxy.jar");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI endpoint;

    /**
     * Starts it and waits until it answers.
     *
     * @param objects where the objects are
     * @param access its settings of who may read and write
     */
    S3Server(Path objects, List<String> access) throws IOException {
        endpoint = URI.create("http://127.0.0.1:" + freePort());
        StringBuilder settings = new StringBuilder();
        settings.append("s3proxy.endpoint=").append(endpoint).append('\n');
        access.forEach(line -> settings.append(line).append('\n'));
        settings.append("jclouds.provider=filesystem\njclouds.identity=x\njclouds.credential=x\n");
        settings.append("jclouds.filesystem.basedir=").append(objects).append('\n');
        Path file = Files.createTempFile(objects.getParent(), "s3proxy", ".properties");
        Files.writeString(file, settings);
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx256m",
                                "-jar",
                                JAR.toAbsolutePath().toString(),
                                "--properties",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(file.resolveSibling(file.getFileName() + ".log").toFile())
                        .start();
        Awaitility.await("the S3 server answers")
                .atMost(Duration.ofMinutes(2))
                .until(() -> !process.isAlive() || answers());
    }

    URI endpoint() {
        return endpoint;
    }

    private boolean answers() throws Exception {
        try {
            var _ =
                    http.send(
                            HttpRequest.newBuilder(endpoint.resolve("/")).build(),
                            HttpResponse.BodyHandlers.discarding());
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    /** Makes a bucket, or an object in one; only where everybody may. */
    void put(String path, byte[] bytes) throws Exception {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(endpoint.resolve(path))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + response.body());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        http.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
