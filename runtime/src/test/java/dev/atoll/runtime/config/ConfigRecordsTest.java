package dev.atoll.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.logging.LogLevel;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.program.ProcessConfig;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The defaults and the full mapping of the settings that the runtime itself has. */
class ConfigRecordsTest {
    @Test
    void security_isOffByDefaultAndForThisMachineOnly() {
        assertThat(ConfigReader.bind(SecurityConfig.class, Map.of()))
                .isEqualTo(SecurityConfig.none());
    }

    @Test
    void security_mapsEveryKey() {
        Map<String, String> settings =
                Map.of(
                        "token-file", "token",
                        "tls-cert", "cert.pem",
                        "tls-key", "key.pem",
                        "tls-ca", "ca.pem",
                        "insecure", "true");

        assertThat(ConfigReader.bind(SecurityConfig.class, settings))
                .isEqualTo(
                        new SecurityConfig(
                                Optional.of(Path.of("token")),
                                Optional.of(Path.of("cert.pem")),
                                Optional.of(Path.of("key.pem")),
                                Optional.of(Path.of("ca.pem")),
                                true));
    }

    @Test
    void naming_isOnThisMachineByDefault() {
        assertThat(ConfigReader.bind(NamingConfig.class, Map.of()))
                .isEqualTo(NamingConfig.of(new HostAndPort("127.0.0.1", 7400)));
    }

    @Test
    void naming_mapsEveryKeyAndNeedsAnAddress() {
        assertThat(
                        ConfigReader.bind(
                                NamingConfig.class,
                                Map.of("naming", "a:1,b:2", "naming-timeout", "1m")))
                .isEqualTo(
                        new NamingConfig(
                                List.of(new HostAndPort("a", 1), new HostAndPort("b", 2)),
                                Duration.ofMinutes(1)));
        assertThatThrownBy(() -> ConfigReader.bind(NamingConfig.class, Map.of("naming", "")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at least one address");
    }

    @Test
    void process_logsInfoAndServesNoMetricsByDefault() {
        assertThat(ConfigReader.bind(ProcessConfig.class, Map.of()))
                .isEqualTo(new ProcessConfig(LogLevel.INFO, Optional.empty()));
    }

    @Test
    void process_mapsEveryKey() {
        assertThat(
                        ConfigReader.bind(
                                ProcessConfig.class,
                                Map.of("log-level", "debug", "metrics-listen", "0.0.0.0:7480")))
                .isEqualTo(
                        new ProcessConfig(
                                LogLevel.DEBUG, Optional.of(new HostAndPort("0.0.0.0", 7480))));
    }
}
