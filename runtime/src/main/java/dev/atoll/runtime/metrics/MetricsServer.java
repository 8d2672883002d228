package dev.atoll.runtime.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.atoll.runtime.config.HostAndPort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves GET /metrics (in the text format of Prometheus) and GET /healthz (200 when all is well,
 * else 503 with the names of what is not) over HTTP, to anybody who reaches it.
 */
public final class MetricsServer implements AutoCloseable {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads;
    private final HostAndPort address;

    private MetricsServer(HttpServer server, ExecutorService threads, HostAndPort address) {
        this.server = server;
        this.threads = threads;
        this.address = address;
    }

    /**
     * Starts to serve.
     *
     * @param listen where; with port 0 the system chooses
     * @throws IOException when the address cannot be had
     */
    public static MetricsServer start(HostAndPort listen, Metrics metrics) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(listen.toSocketAddress(), 0);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, "/metrics", OK, METRICS_TYPE, metrics.scrape()));
        server.createContext(
                "/healthz",
                exchange -> {
                    List<String> unwell = metrics.unwell();
                    int status = unwell.isEmpty() ? OK : SERVICE_UNAVAILABLE;
                    List<String> lines = new ArrayList<>();
                    lines.add(unwell.isEmpty() ? "ok" : "not well: " + unwell);
                    metrics.degraded().forEach(how -> lines.add("degraded: " + how));
                    String body = String.join("\n", lines) + "\n";
                    answer(exchange, "/healthz", status, TEXT_TYPE, body);
                });
        server.start();
        return new MetricsServer(server, threads, listen.withPort(server.getAddress().getPort()));
    }

    /** Where it listens, with the port that was really taken. */
    public HostAndPort address() {
        return address;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(
            HttpExchange exchange, String path, int status, String type, String body)
            throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
                exchange.sendResponseHeaders(NOT_FOUND, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
            } else {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }
    }
}
