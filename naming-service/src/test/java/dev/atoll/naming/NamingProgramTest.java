package dev.atoll.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.proto.naming.v1.ListMembersRequest;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.ConfigReader;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.program.RunningService;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.program.ServiceProgram;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** The naming service as a program: its settings, its start and its end. */
final class NamingProgramTest {
    @TempDir private Path directory;

    @Test
    void program_isFound() {
        assertThat(ServiceLoader.load(ServiceProgram.class))
                .anyMatch(program -> program.name().equals("naming"));
    }

    @Test
    void settings_defaults() {
        assertThat(ConfigReader.bind(NamingServiceConfig.class, Map.of()))
                .isEqualTo(
                        new NamingServiceConfig(
                                new HostAndPort("127.0.0.1", 7400),
                                new StoreLocation.File(Optional.empty()),
                                Path.of("atoll-state"),
                                "/atoll",
                                Duration.ofSeconds(5),
                                SecurityConfig.none()));
    }

    @Test
    void settings_all() {
        NamingServiceConfig config =
                ConfigReader.bind(
                        NamingServiceConfig.class,
                        Map.of(
                                "listen", "0.0.0.0:1",
                                "store", "etcd:http://one:2379, https://two:2380",
                                "state-dir", "/x",
                                "etcd-root", "/a/b",
                                "store-timeout", "250ms",
                                "insecure", "true"));

        assertThat(config.listen()).isEqualTo(new HostAndPort("0.0.0.0", 1));
        assertThat(config.store())
                .isEqualTo(
                        new StoreLocation.Etcd(
                                List.of(
                                        URI.create("http://one:2379"),
                                        URI.create("https://two:2380"))));
        assertThat(config.stateDirectory()).isEqualTo(Path.of("/x"));
        assertThat(config.etcdRoot()).isEqualTo("/a/b");
        assertThat(config.storeTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.security().insecure()).isTrue();
    }

    @Test
    void settings_badOnes_areRefused() {
        for (String store : List.of("", "mem", "file:", "etcd:", "etcd:one", "etcd:http://one")) {
            assertThatThrownBy(() ->
                            ConfigReader.bind(NamingServiceConfig.class, Map.of("store", store)))
                    .as(store)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("etcd:http://HOST:PORT");
        }
        assertThatThrownBy(() ->
                        ConfigReader.bind(NamingServiceConfig.class, Map.of("etcd-root", "atoll/")))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void start_servesOnFiles_untilItIsClosed() throws Exception {
        try (Metrics metrics = new Metrics()) {
            RunningService service = start("file", metrics);
            ManagedChannel channel = new Channels(Security.none()).open(service.address());
            assertThat(Files.isDirectory(directory.resolve("naming"))).isTrue();
            assertThat(
                            MembershipGrpc.newBlockingStub(channel)
                                    .listMembers(ListMembersRequest.getDefaultInstance())
                                    .getMembersList())
                    .isEmpty();
            assertThat(health(channel)).isEqualTo(ServingStatus.SERVING);
            assertThat(metrics.unwell()).isEmpty();

            service.close();
            service.close();

            service.terminated().join();
            channel.shutdownNow();
        }
    }

    @Test
    void start_withoutItsEtcd_isUnwellButThere() throws Exception {
        try (Metrics metrics = new Metrics();
                RunningService service = start("etcd:http://127.0.0.1:1", metrics)) {
            ManagedChannel channel = new Channels(Security.none()).open(service.address());

            assertThat(health(channel)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(metrics.unwell()).containsExactly("naming-store");
            channel.shutdownNow();
        }
    }

    private RunningService start(String store, Metrics metrics) throws Exception {
        NamingServiceConfig config =
                ConfigReader.bind(
                        NamingServiceConfig.class,
                        Map.of(
                                "listen",
                                "127.0.0.1:0",
                                "store",
                                store,
                                "state-dir",
                                directory.toString(),
                                "store-timeout",
                                "1s"));
        ServiceContext context =
                new ServiceContext(
                        "naming",
                        metrics,
                        (reason, cause) -> {
                            throw new AssertionError(reason, cause);
                        },
                        Map.of());
        return new NamingProgram().start(config, context);
    }

    private static ServingStatus health(ManagedChannel channel) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }
}
