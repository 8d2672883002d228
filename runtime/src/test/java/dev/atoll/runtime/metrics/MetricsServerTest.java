package dev.atoll.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.runtime.config.HostAndPort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

class MetricsServerTest {
    private Metrics metrics;
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        metrics = new Metrics();
        server = MetricsServer.start(HostAndPort.anyLoopbackPort(), metrics);
    }

    @AfterEach
    void close() {
        server.close();
        metrics.close();
    }

    @Test
    void metrics_areServedInTheTextFormat() throws Exception {
        metrics.registry().counter("atoll.sample.count").increment(3);

        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body())
                .contains("atoll_sample_count_total 3.0")
                .contains("jvm_memory_used_bytes", "process_uptime_seconds");
    }

    @Test
    void health_namesWhatIsNotWell() throws Exception {
        AtomicBoolean isWell = new AtomicBoolean(true);
        metrics.addHealthCheck("store", isWell::get);
        metrics.addHealthCheck("always", () -> true);

        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        isWell.set(false);
        HttpResponse<String> response = get("/healthz");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("not well: [store]\n");
    }

    @Test
    void health_saysWhatIsDegradedAndStaysWell() throws Exception {
        metrics.addNotice("worker", () -> Optional.of("the naming service cannot be had"));
        metrics.addNotice("other", Optional::empty);

        HttpResponse<String> response = get("/healthz");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("ok\ndegraded: worker: the naming service cannot be had\n");
        assertThat(get("/metrics").body()).contains("atoll_degraded 1.0");
    }

    @Test
    void otherPathsAndMethods_areRefused() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/metrics/more").statusCode()).isEqualTo(404);
        HttpResponse<String> response =
                send(request("/metrics").POST(BodyPublishers.ofString("x")).build());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET");
    }

    @Test
    void addressThatIsTaken_isNamed() {
        assertThatThrownBy(() -> MetricsServer.start(server.address(), metrics))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on " + server.address());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + server.address() + path));
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }
}
