package dev.atoll.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.ConfigReader;
import dev.atoll.runtime.config.HostAndPort;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

class SecurityTest {
    private static final BearerToken TOKEN = BearerToken.of("correct-horse-battery");

    @TempDir private Path directory;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void callerWithTheToken_isServed() throws IOException {
        GrpcServer server = start(Security.withToken(TOKEN));

        assertThat(resolve(server, Security.withToken(TOKEN))).isEqualTo("x");
    }

    @Test
    void callerWithoutTheToken_isTurnedAway() throws IOException {
        GrpcServer server = start(Security.withToken(TOKEN));

        ApiException error = failure(server, Security.none());

        assertThat(error.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(error.reason()).isEqualTo("TOKEN_MISSING");
    }

    @Test
    void callerWithAnotherToken_isTurnedAway() throws IOException {
        GrpcServer server = start(Security.withToken(TOKEN));
        BearerToken other = BearerToken.of("correct-horse-batterx");

        ApiException error = failure(server, Security.withToken(other));

        assertThat(error.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(error.reason()).isEqualTo("TOKEN_WRONG");
        assertThat(error.message()).doesNotContain("horse");
    }

    @Test
    void health_isOpenToAll() throws IOException {
        GrpcServer server = start(Security.withToken(TOKEN));

        assertThat(
                        HealthGrpc.newBlockingStub(channel(server, Security.none()))
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void otherMachines_areNotServedWithoutATokenUnlessThatIsSaid() {
        HostAndPort everywhere = HostAndPort.parse("0.0.0.0:0");

        assertThatThrownBy(() -> GrpcServer.builder(everywhere, Security.none()).start())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("token-file must be given");
        Security.withToken(TOKEN).checkListen(everywhere);
        Security.load(bind(Map.of("insecure", "true"))).checkListen(everywhere);
    }

    @Test
    void tokenFile_isReadWhenOnlyItsOwnerCan() throws IOException {
        Path file = tokenFile("a-token-of-enough-letters\n", "rw-------");
        Security security = Security.load(bind(Map.of("token-file", file.toString())));
        GrpcServer server = start(security);

        assertThat(resolve(server, Security.withToken(BearerToken.of("a-token-of-enough-letters"))))
                .isEqualTo("x");
        assertThat(security.token().orElseThrow().toString()).doesNotContain("enough");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw--w----", "rw-rw-rw-"})
    void tokenFile_openToOthers_isRefused(String permissions) throws IOException {
        Path file = tokenFile("a-token-of-enough-letters", permissions);

        assertThatThrownBy(() -> BearerToken.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("chmod 600 " + file);
    }

    @Test
    void tokenFile_withoutAToken_isRefusedWithoutShowingIt() throws IOException {
        Path file = tokenFile("two words here are none", "rw-------");

        assertThatThrownBy(() -> BearerToken.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("holds no token")
                .hasMessageNotContaining("words");
        assertThatThrownBy(() -> BearerToken.read(directory.resolve("absent")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void mutualTls_servesOnlyWhoShowsACertificateOfTheAuthority() throws Exception {
        TestCertificates certificates = TestCertificates.create(directory);
        Security member =
                Security.load(
                        bind(
                                Map.of(
                                        "tls-ca", certificates.authority().toString(),
                                        "tls-cert", certificates.certificate().toString(),
                                        "tls-key", certificates.key().toString())));
        Security guest = Security.load(bind(Map.of("tls-ca", certificates.authority().toString())));
        GrpcServer server = start(member);

        assertThat(resolve(server, member)).isEqualTo("x");
        assertThat(failure(server, guest).isUnavailable()).isTrue();
        assertThat(failure(server, Security.none()).isUnavailable()).isTrue();
    }

    @Test
    void tlsSettings_thatDoNotFit_areRefused() {
        assertThatThrownBy(() -> bind(Map.of("tls-cert", "c.pem")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("tls-cert and tls-key must be given together");
        SecurityConfig absent = bind(Map.of("tls-cert", "absent.pem", "tls-key", "absent.key"));
        assertThatThrownBy(() -> Security.load(absent))
                .isInstanceOf(ConfigException.class)
                .hasMessage("tls-cert = absent.pem: cannot be read");
    }

    private static SecurityConfig bind(Map<String, String> settings) {
        return ConfigReader.bind(SecurityConfig.class, settings);
    }

    private Path tokenFile(String content, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private GrpcServer start(Security security) throws IOException {
        GrpcServer server =
                GrpcServer.builder(HostAndPort.anyLoopbackPort(), security)
                        .service(new ScriptedNames(name -> name))
                        .start();
        open.push(server);
        return server;
    }

    private ManagedChannel channel(GrpcServer server, Security security) {
        ManagedChannel channel = new Channels(security).open(server.address());
        open.push(channel::shutdownNow);
        return channel;
    }

    private String resolve(GrpcServer server, Security security) {
        return NamesGrpc.newBlockingStub(channel(server, security))
                .resolve(ScriptedNames.request("x"))
                .getBinding()
                .getName();
    }

    private ApiException failure(GrpcServer server, Security security) {
        return ApiException.from(catchThrowable(() -> resolve(server, security)));
    }
}
