package dev.atoll.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0, 127.0.0.1, 0",
        "naming:7400, naming, 7400",
        "[::1]:65535, ::1, 65535",
        "a.b-c.example:1, a.b-c.example, 1",
    })
    void address_isReadAndWrittenAlike(String text, String host, int port) {
        HostAndPort address = HostAndPort.parse(text);

        assertThat(address).isEqualTo(new HostAndPort(host, port));
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                ":1",
                "host:",
                "host:-1",
                "host:65536",
                "::1:80",
                "a b:1",
                "[]:1"
            })
    void address_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> HostAndPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an address such as 127.0.0.1:7400");
    }

    @Test
    void loopback_isWhatOnlyThisMachineReaches() {
        assertThat(HostAndPort.parse("127.0.0.1:1").isLoopback()).isTrue();
        assertThat(HostAndPort.parse("[::1]:1").isLoopback()).isTrue();
        assertThat(HostAndPort.parse("localhost:1").isLoopback()).isTrue();
        assertThat(HostAndPort.parse("0.0.0.0:1").isLoopback()).isFalse();
        assertThat(HostAndPort.parse("[::]:1").isLoopback()).isFalse();
        assertThat(HostAndPort.parse("10.1.2.3:1").isLoopback()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0B",
        "4096, 4096, 4KiB",
        "100B, 100, 100B",
        "512KiB, 524288, 512KiB",
        "16M, 16777216, 16MiB",
        "2GiB, 2147483648, 2GiB",
        "1536 MiB, 1610612736, 1536MiB",
        "8191T, 9006099743113216, 8191TiB",
    })
    void size_isReadInBytesAndWrittenInTheLargestUnit(String text, long bytes, String written) {
        ByteSize size = ByteSize.parse(text);

        assertThat(size.bytes()).isEqualTo(bytes);
        assertThat(size).hasToString(written);
        assertThat(ByteSize.parse(written)).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1MB", "1.5GiB", "MiB", "8388608T", "9999999999999999999"})
    void size_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a size such as");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "250ms, PT0.25S",
        "500us, PT0.0005S",
        "10s, PT10S",
        "5m, PT5M",
        "2h, PT2H",
        "1d, PT24H",
        "3 s, PT3S",
    })
    void duration_isANumberAndAUnit(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1.5s", "10 seconds", "PT1S"})
    void duration_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a duration such as");
    }

    @ParameterizedTest
    @CsvSource({"wroker, worker", "worke, worker", "Worker, worker", "mater, master"})
    void spelling_findsWhatWasMeant(String written, String meant) {
        assertThat(Spelling.nearest(written, List.of("master", "naming", "worker")))
                .contains(meant);
    }

    @Test
    void spelling_doesNotGuessWildly() {
        assertThat(Spelling.nearest("banana", List.of("master", "worker"))).isEmpty();
    }
}
