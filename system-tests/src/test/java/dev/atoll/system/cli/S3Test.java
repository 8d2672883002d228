package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Inputs that are objects of a real server of the S3 protocol, which checks signatures. */
@Tag("system")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ClusterExtension.class)
class S3Test {
    private static final String SECRET = "a-secret-that-nobody-sees";
    private static final int LINES = 200_000;

    private final Installation atoll;
    private Path directory;
    private S3Server open;
    private S3Server guarded;

    S3Test(Installation atoll) {
        this.atoll = atoll;
    }

    @BeforeAll
    void startServers(@TempDir Path ours) throws Exception {
        directory = ours;
        Path objects = Files.createDirectory(directory.resolve("objects"));
        open = new S3Server(objects, List.of("s3proxy.authorization=none"));
        guarded =
                new S3Server(
                        objects,
                        List.of(
                                "s3proxy.authorization=aws-v2-or-v4",
                                "s3proxy.identity=the-key",
                                "s3proxy.credential=" + SECRET));
        open.put("/books", new byte[0]);
        open.put("/books/a%20dir/n%C3%BCmbers.txt", numbers(1));
    }

    @AfterAll
    void stopServers() {
        guarded.close();
        open.close();
    }

    @Test
    void mapReadsBlocksOfAnObject() throws Exception {
        Invocation.Ended ended =
                run(
                        "map",
                        "--pipe",
                        "s3://books/a dir/nümbers.txt",
                        "--block",
                        "100K",
                        "--",
                        "sh",
                        "-c",
                        "wc -l; env | grep AWS_ || true");

        assertThat(ended.err()).doesNotContain(SECRET);
        List<Integer> counts =
                ended.out().lines().map(line -> Integer.parseInt(line.strip())).toList();
        assertThat(counts).hasSizeGreaterThan(10);
        assertThat(counts.stream().mapToInt(it -> it).sum()).isEqualTo(LINES);
    }

    @Test
    void anObjectBecomesAFileInTheCluster() throws Exception {
        Invocation.Ended put = run("put", "s3://books/a dir/nümbers.txt", "from-s3", "--replace");

        assertThat(put.exitCode()).as(put.err()).isZero();
        assertThat(atoll.run("cat", "from-s3").bytes()).isEqualTo(numbers(1));
    }

    @Test
    void mapReduceReadsObjectsBesideFiles() throws Exception {
        Path file = Files.writeString(directory.resolve("more"), "1\n1\n");

        Invocation.Ended ended =
                run(
                        "mapreduce",
                        "--map",
                        "grep -x 1",
                        "--reduce",
                        "count",
                        "s3://books/a dir/nümbers.txt",
                        file.toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo("1\t3\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "s3://books/none ; ; ; s3://books/none: no such object",
                "s3://none/x ; ; ; s3://none/x: no such bucket at",
                "s3://books ; ; ; s3://books: must be s3://BUCKET/KEY",
                "s3://books/x ; AWS_SECRET_ACCESS_KEY ; wrong ; s3://books/x: refused (Signature",
                "s3://books/x ; AWS_ACCESS_KEY_ID ; wrong ; s3://books/x: refused (InvalidAccess",
                "s3://books/x ; AWS_ACCESS_KEY_ID ; '' ; to read s3://, set AWS_ACCESS_KEY_ID and",
                "s3://books/x ; AWS_ENDPOINT_URL ; nowhere ; AWS_ENDPOINT_URL must be http://HOST",
                "s3://books/x ; AWS_ENDPOINT_URL ; http://127.0.0.1:1 ; s3://books/x: cannot reach",
            })
    void whatCannotBeReadIsSaidAtOnce(String name, String variable, String value, String message)
            throws Exception {
        Map<String, String> variables = access(guarded.endpoint());
        if (variable != null) {
            variables.put(variable, value);
        }

        Invocation.Ended ended = atoll.runWith(variables, "map", "--pipe", name, "--", "cat");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).startsWith("atoll: " + message).hasLineCount(1);
        assertThat(ended.err()).doesNotContain(SECRET);
    }

    @Test
    void anObjectThatIsReplacedWhileItIsReadIsNoInput() throws Exception {
        open.put("/books/changing", numbers(1));
        AtomicInteger asked = new AtomicInteger();
        try (Between between =
                new Between(() -> {
                    if (asked.incrementAndGet() == 2) {
                        open.put("/books/changing", numbers(2));
                    }
                })) {
            Invocation.Ended ended =
                    atoll.runWith(access(between.endpoint()), "put", "s3://books/changing", "c");

            assertThat(ended.exitCode()).isNotZero();
            assertThat(ended.err()).contains("s3://books/changing: was replaced while it was read");
        }
        assertThat(atoll.run("cat", "c").exitCode()).isNotZero();
    }

    private Invocation.Ended run(String... words) throws Exception {
        return atoll.runWith(access(guarded.endpoint()), words);
    }

    private static Map<String, String> access(URI endpoint) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("AWS_ENDPOINT_URL", endpoint.toString());
        variables.put("AWS_ACCESS_KEY_ID", "the-key");
        variables.put("AWS_SECRET_ACCESS_KEY", SECRET);
        return variables;
    }

    private static byte[] numbers(int first) {
        return IntStream.range(first, first + LINES)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Passes requests on to the server that lets everybody in, after something has happened. */
    private final class Between implements AutoCloseable {
        private final HttpServer server;
        private final HttpClient http = HttpClient.newHttpClient();

        private interface Before {
            void run() throws Exception;
        }

        Between(Before before) throws Exception {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            before.run();
                            HttpRequest.Builder request =
                                    HttpRequest.newBuilder(
                                            open.endpoint().resolve(exchange.getRequestURI()));
                            for (String name : List.of("If-Match", "Range")) {
                                String value = exchange.getRequestHeaders().getFirst(name);
                                if (value != null) {
                                    request.header(name, value);
                                }
                            }
                            HttpResponse<byte[]> answer =
                                    http.send(
                                            request.build(),
                                            HttpResponse.BodyHandlers.ofByteArray());
                            answer.headers()
                                    .firstValue("etag")
                                    .ifPresent(etag ->
                                            exchange.getResponseHeaders().set("ETag", etag));
                            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                            exchange.getResponseBody().write(answer.body());
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            server.start();
        }

        URI endpoint() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
            http.close();
        }
    }
}
