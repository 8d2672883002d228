package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.metrics.Metrics;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC server that answers: with health and reflection, with errors in details, with a token if
 * the cluster has one. Messages over {@value #MESSAGE_BYTES_MAX} bytes are refused with
 * RESOURCE_EXHAUSTED; calls over 1,000 at a time on one connection wait on the caller's side.
 */
public final class GrpcServer implements AutoCloseable {
    /** The size of the largest message that a server takes, in bytes. */
    public static final int MESSAGE_BYTES_MAX = 4 << 20;

    private static final int CALLS_PER_CONNECTION_MAX = 1_000;
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(20);
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLIENT_KEEP_ALIVE_MIN = Duration.ofSeconds(5);

    private final Server server;
    private final HealthStatusManager health;
    private final ExecutorService callThreads;
    private final HostAndPort address;
    private final List<String> services;

    private GrpcServer(
            Server server,
            HealthStatusManager health,
            ExecutorService callThreads,
            HostAndPort address,
            List<String> services) {
        this.server = server;
        this.health = health;
        this.callThreads = callThreads;
        this.address = address;
        this.services = services;
    }

    /**
     * A server to be.
     *
     * @param listen where; with port 0 the system chooses
     * @param security who may call
     */
    public static Builder builder(HostAndPort listen, Security security) {
        return new Builder(listen, security);
    }

    /** Where it listens, with the port that was really taken. */
    public HostAndPort address() {
        return address;
    }

    /** Tells those who ask for health whether the services can do their work; true at first. */
    public void setServing(boolean serving) {
        ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        services.forEach(service -> health.setStatus(service, status));
    }

    /**
     * Takes no more calls, lets those that are open end for 2 s, then cuts them off. Streams that
     * never end by themselves should be ended before, to save the wait. Idempotent.
     */
    @Override
    public void close() {
        if (!server.isShutdown()) {
            health.enterTerminalState();
        }
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        } finally {
            callThreads.shutdownNow();
        }
    }

    /** What a server is made of. */
    public static final class Builder {
        private final HostAndPort listen;
        private final Security security;
        private final List<ServerServiceDefinition> services;
        private final Set<String> directMethods;
        private final List<ServerInterceptor> interceptors;
        private @Nullable Metrics metrics;

        private Builder(HostAndPort listen, Security security) {
            this.listen = listen;
            this.security = security;
            this.services = new ArrayList<>();
            this.directMethods = new HashSet<>();
            this.interceptors = new ArrayList<>();
        }

        /** Adds a service whose callbacks may block: each call runs on virtual threads. */
        public Builder service(BindableService service) {
            services.add(service.bindService());
            return this;
        }

        /**
         * Adds a service whose callbacks run on the transport's own threads: they must only
         * enqueue, and must never block.
         */
        public Builder directService(BindableService service) {
            ServerServiceDefinition definition = service.bindService();
            definition.getMethods().forEach(m -> directMethod(m.getMethodDescriptor()));
            services.add(definition);
            return this;
        }

        /** Makes one method direct, as in {@link #directService}. */
        public Builder directMethod(MethodDescriptor<?, ?> method) {
            directMethods.add(method.getFullMethodName());
            return this;
        }

        /** Adds an interceptor; it runs inside those that the server has of its own. */
        public Builder interceptor(ServerInterceptor interceptor) {
            interceptors.add(interceptor);
            return this;
        }

        /** Counts and times the calls. */
        public Builder metrics(Metrics callMetrics) {
            this.metrics = callMetrics;
            return this;
        }

        /**
         * Starts to serve.
         *
         * @throws IOException when the address cannot be had
         * @throws dev.atoll.runtime.config.ConfigException when other machines reach the address
         *     and there is no token
         */
        public GrpcServer start() throws IOException {
            NettyLog.intoJavaLogging();
            security.checkListen(listen);
            HealthStatusManager health = new HealthStatusManager();
            ExecutorService callThreads = Executors.newVirtualThreadPerTaskExecutor();
            NettyServerBuilder builder =
                    NettyServerBuilder.forAddress(
                                    listen.toSocketAddress(), security.serverCredentials())
                            .directExecutor()
                            .callExecutor(new PerMethod(Set.copyOf(directMethods), callThreads))
                            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                            .keepAliveTime(KEEP_ALIVE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                            .permitKeepAliveTime(
                                    CLIENT_KEEP_ALIVE_MIN.toMillis(), TimeUnit.MILLISECONDS)
                            .permitKeepAliveWithoutCalls(true)
                            .addService(health.getHealthService())
                            .addService(ProtoReflectionServiceV1.newInstance());
            services.forEach(builder::addService);
            intercept(builder);
            Server server;
            try {
                server = builder.build().start();
            } catch (IOException e) {
                callThreads.shutdownNow();
                throw new IOException(
                        "cannot listen on " + listen + ": " + ApiException.rootMessage(e), e);
            }
            List<String> names =
                    services.stream().map(s -> s.getServiceDescriptor().getName()).toList();
            GrpcServer started =
                    new GrpcServer(
                            server, health, callThreads, listen.withPort(server.getPort()), names);
            started.setServing(true);
            return started;
        }

        /* gRPC runs the interceptor that was added last first. */
        private void intercept(NettyServerBuilder builder) {
            interceptors.reversed().forEach(builder::intercept);
            builder.intercept(new ErrorInterceptor());
            security.token().ifPresent(token -> builder.intercept(new TokenInterceptor(token)));
            builder.intercept(new CauseInterceptor());
            if (metrics != null) {
                builder.intercept(metrics.callTimer());
            }
        }
    }

    /** Direct calls stay on the transport's thread; the others get virtual threads. */
    private record PerMethod(Set<String> directMethods, Executor callThreads)
            implements ServerCallExecutorSupplier {
        @Override
        public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
            return directMethods.contains(call.getMethodDescriptor().getFullMethodName())
                    ? Runnable::run
                    : callThreads;
        }
    }

    /** Done when the server has stopped. */
    public CompletableFuture<Void> terminated() {
        CompletableFuture<Void> terminated = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("grpc-server-termination")
                .start(() -> {
                    try {
                        server.awaitTermination();
                        terminated.complete(null);
                    } catch (InterruptedException e) {
                        terminated.completeExceptionally(e);
                    }
                });
        return terminated;
    }
}
