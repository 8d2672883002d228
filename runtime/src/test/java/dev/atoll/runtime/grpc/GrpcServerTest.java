package dev.atoll.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.BindRequest;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.proto.naming.v1.ResolveRequest;
import dev.atoll.proto.naming.v1.ResolveResponse;
import dev.atoll.proto.naming.v1.WatchNamesRequest;
import dev.atoll.proto.naming.v1.WatchNamesResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.logging.CauseId;
import dev.atoll.runtime.metrics.Metrics;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

class GrpcServerTest {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void server_listensOnAPortOfTheSystemsChoice() throws IOException {
        GrpcServer server = start(new ScriptedNames(name -> name));

        assertThat(server.address().port()).isPositive();
        assertThat(resolve(server, "a")).isEqualTo("a");
    }

    @Test
    void apiException_crossesWithAllItSays() throws IOException {
        GrpcServer server =
                start(
                        new ScriptedNames(name -> {
                            throw ApiException.notFound("NAME_NOT_FOUND", "no " + name)
                                    .with("name", name);
                        }));

        ApiException error = failure(server, "x");

        assertThat(error.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(error.is("NAME_NOT_FOUND")).isTrue();
        assertThat(error.message()).isEqualTo("no x");
        assertThat(error.metadata()).containsEntry("name", "x");
    }

    @Test
    void apiException_handedToTheObserver_crossesToo() throws IOException {
        GrpcServer server =
                start(
                        new NamesGrpc.NamesImplBase() {
                            @Override
                            public void resolve(
                                    ResolveRequest request,
                                    StreamObserver<ResolveResponse> observer) {
                                observer.onError(
                                        new IllegalStateException(
                                                ApiException.unavailable("NOT_LEADING", "no")));
                            }
                        });

        ApiException error = failure(server, "x");

        assertThat(error.isUnavailable()).isTrue();
        assertThat(error.reason()).isEqualTo("NOT_LEADING");
    }

    @Test
    void everyFaultyField_isNamedAtOnce() throws IOException {
        GrpcServer server =
                start(
                        new ScriptedNames(name -> {
                            FieldChecks checks = new FieldChecks();
                            for (int i = 0; i < 20; i++) {
                                checks.violation("spec.stages[" + i + "].name", "", "a name");
                            }
                            checks.throwIfAny();
                            return name;
                        }));

        ApiException error = failure(server, "x");

        assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.reason()).isEqualTo("INVALID_FIELDS");
        assertThat(error.violations()).hasSize(20);
        assertThat(error.violations().getLast().field()).isEqualTo("spec.stages[19].name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%", "\u00e9", "\u5cf6", "\ud83c\udfdd"})
    void anErrorThatSaysTooMuch_isCutToWhatEveryClientTakes(String letter) throws IOException {
        String much = letter.repeat(10_000);
        GrpcServer server =
                start(
                        new ScriptedNames(name -> {
                            FieldChecks checks = new FieldChecks();
                            for (int i = 0; i < 1_000; i++) {
                                checks.violation("f" + i + much, much, much);
                            }
                            checks.throwIfAny();
                            return name;
                        }));
        ManagedChannel modest =
                NettyChannelBuilder.forTarget("dns:///" + server.address())
                        .usePlaintext()
                        .maxInboundMetadataSize(8 << 10)
                        .build();
        open.push(modest::shutdownNow);

        ApiException error = ApiException.from(catchThrowable(() -> resolve(modest, "x")));

        assertThat(error.reason()).isEqualTo("INVALID_FIELDS");
        assertThat(error.metadata()).containsEntry("count", "1000");
        assertThat(error.violations()).isNotEmpty();
        assertThat(error.violations().getFirst().field()).startsWith("f0" + letter).endsWith("...");
        assertThat(error.message()).startsWith("1000 fields are not valid: f0").endsWith("...");
    }

    @Test
    void unexpectedException_isInternalAndLoggedOnceWithItsCause() throws IOException {
        GrpcServer server =
                start(
                        new ScriptedNames(name -> {
                            throw new IllegalStateException("secret detail");
                        }));

        try (LogRecords log = LogRecords.of(ErrorInterceptor.class)) {
            ApiException error = failure(server, "x");

            assertThat(error.code()).isEqualTo(Status.Code.INTERNAL);
            assertThat(error.reason()).isEqualTo("UNEXPECTED");
            assertThat(error.message()).doesNotContain("secret detail");
            String cause = error.metadata().get("cause");
            assertThat(cause).isNotBlank();
            assertThat(log.records()).hasSize(1);
            assertThat(log.records().peek().getMessage()).contains("Resolve", cause);
            assertThat(log.records().peek().getThrown()).hasMessage("secret detail");
        }
    }

    @Test
    void cause_runsFromCallToCall() throws Exception {
        GrpcServer server = start(new ScriptedNames(_ -> CauseId.current().orElse("none")));
        ManagedChannel channel = channel(server);

        String given = CauseId.context("abc-1").call(() -> resolve(channel, "x"));

        assertThat(given).isEqualTo("abc-1");
        assertThat(resolve(channel, "x")).matches("[0-9a-f]{8}");
    }

    @Test
    void tooLargeMessage_isRefusedWithAClearText() throws IOException {
        GrpcServer server = start(new ScriptedNames(name -> name));
        BindRequest request =
                BindRequest.newBuilder()
                        .setBinding(
                                Binding.newBuilder()
                                        .setValue(
                                                ByteString.copyFrom(
                                                        new byte[GrpcServer.MESSAGE_BYTES_MAX])))
                        .build();

        ApiException error =
                ApiException.from(
                        catchThrowable(
                                () -> NamesGrpc.newBlockingStub(channel(server)).bind(request)));

        assertThat(error.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(error.message()).contains("4194304");
    }

    @Test
    void calls_runOnVirtualThreadsUnlessTheyAreDirect() throws IOException {
        UnaryOperator<String> script = _ -> String.valueOf(Thread.currentThread().isVirtual());
        GrpcServer blocking = start(new ScriptedNames(script));
        GrpcServer direct = started(builder().directService(new ScriptedNames(script)));
        GrpcServer mixed =
                started(
                        builder()
                                .service(new ScriptedNames(script))
                                .directMethod(NamesGrpc.getResolveMethod()));

        assertThat(resolve(blocking, "x")).isEqualTo("true");
        assertThat(resolve(direct, "x")).isEqualTo("false");
        assertThat(resolve(mixed, "x")).isEqualTo("false");
    }

    @Test
    void health_saysWhetherServicesServe() throws IOException {
        GrpcServer server = start(new ScriptedNames(name -> name));
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel(server));
        HealthCheckRequest whole = HealthCheckRequest.getDefaultInstance();
        HealthCheckRequest names =
                HealthCheckRequest.newBuilder().setService("atoll.naming.v1.Names").build();

        assertThat(health.check(whole).getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(health.check(names).getStatus()).isEqualTo(ServingStatus.SERVING);
        server.setServing(false);
        assertThat(health.check(whole).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health.check(names).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void reflection_listsTheServices() throws Exception {
        GrpcServer server = start(new ScriptedNames(name -> name));
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests =
                ServerReflectionGrpc.newStub(channel(server))
                        .serverReflectionInfo(new FirstAnswer<>(answer));
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

        assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
                .extracting(service -> service.getName())
                .contains("atoll.naming.v1.Names", "grpc.health.v1.Health");
        requests.onCompleted();
    }

    @Test
    void calls_areCountedAndTimedByStatus() throws IOException {
        Metrics metrics = new Metrics();
        open.push(metrics);
        GrpcServer server =
                started(
                        builder()
                                .metrics(metrics)
                                .service(
                                        new ScriptedNames(name -> {
                                            throw ApiException.notFound("R", name);
                                        })));

        failure(server, "x");

        // The call is counted a moment after it was answered.
        await().untilAsserted(() ->
                assertThat(metrics.scrape())
                        .contains("grpc_server_processing_duration_seconds_bucket")
                        .containsPattern("grpc_server_proc.*statusCode=\"NOT_FOUND\""));
    }

    @Test
    void close_cutsOffStreamsThatDoNotEnd() throws Exception {
        BlockingQueue<StreamObserver<WatchNamesResponse>> watchers = new ArrayBlockingQueue<>(1);
        GrpcServer server =
                start(
                        new NamesGrpc.NamesImplBase() {
                            @Override
                            public void watchNames(
                                    WatchNamesRequest request,
                                    StreamObserver<WatchNamesResponse> observer) {
                                watchers.add(observer);
                            }
                        });
        CompletableFuture<WatchNamesResponse> answer = new CompletableFuture<>();
        NamesGrpc.newStub(channel(server))
                .watchNames(WatchNamesRequest.getDefaultInstance(), new FirstAnswer<>(answer));
        assertThat(watchers.poll(10, TimeUnit.SECONDS)).isNotNull();

        server.close();

        assertThat(server.terminated()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(answer).failsWithin(Duration.ofSeconds(10));
    }

    @Test
    void addressThatIsTaken_isNamed() throws IOException {
        GrpcServer server = start(new ScriptedNames(name -> name));

        assertThatThrownBy(() -> GrpcServer.builder(server.address(), Security.none()).start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on " + server.address())
                .hasMessageContaining("in use");
    }

    private GrpcServer.Builder builder() {
        return GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none());
    }

    private GrpcServer start(NamesGrpc.NamesImplBase service) throws IOException {
        return started(builder().service(service));
    }

    private GrpcServer started(GrpcServer.Builder builder) throws IOException {
        GrpcServer server = builder.start();
        open.push(server);
        return server;
    }

    private ManagedChannel channel(GrpcServer server) {
        ManagedChannel channel = new Channels(Security.none()).open(server.address());
        open.push(channel::shutdownNow);
        return channel;
    }

    private String resolve(GrpcServer server, String name) {
        return resolve(channel(server), name);
    }

    private static String resolve(ManagedChannel channel, String name) {
        return NamesGrpc.newBlockingStub(channel)
                .resolve(ScriptedNames.request(name))
                .getBinding()
                .getName();
    }

    private ApiException failure(GrpcServer server, String name) {
        return ApiException.from(catchThrowable(() -> resolve(server, name)));
    }

    /** Takes the first answer, or the failure. */
    private record FirstAnswer<T>(CompletableFuture<T> answer) implements StreamObserver<T> {
        @Override
        public void onNext(T value) {
            answer.complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            answer.completeExceptionally(new IllegalStateException("no answer"));
        }
    }

    /** What one class logs, instead of where it is logged. */
    private record LogRecords(Logger logger, Handler handler, BlockingQueue<LogRecord> records)
            implements AutoCloseable {
        static LogRecords of(Class<?> type) {
            BlockingQueue<LogRecord> records = new ArrayBlockingQueue<>(100);
            Handler handler =
                    new Handler() {
                        @Override
                        public void publish(LogRecord record) {
                            records.add(record);
                        }

                        @Override
                        public void flush() {}

                        @Override
                        public void close() {}
                    };
            Logger logger = Logger.getLogger(type.getName());
            logger.addHandler(handler);
            logger.setUseParentHandlers(false);
            return new LogRecords(logger, handler, records);
        }

        @Override
        public void close() {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }
}
