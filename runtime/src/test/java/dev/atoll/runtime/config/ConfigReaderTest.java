package dev.atoll.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConfigReaderTest {
    private static final ConfigSection<Sample> SAMPLE =
            ConfigSection.ofProgram("sample-program", Sample.class);

    @TempDir private Path directory;

    enum Mode {
        FAST,
        VERY_SLOW
    }

    record Inner(
            @Key(name = "inner-count", value = "3", doc = "How many.", min = "1", max = "9")
                    int count) {
        Inner {
            if (count == 7) {
                throw new IllegalArgumentException("inner-count must not be 7");
            }
        }
    }

    record Sample(
            @Key(name = "listen", value = "127.0.0.1:7400", doc = "Where.") HostAndPort listen,
            @Key(name = "name", value = "", doc = "What.") String name,
            @Key(name = "limit", value = "1_000", doc = "How much.", min = "0") long limit,
            @Key(name = "ratio", value = "0.5", doc = "How well.", max = "1") double ratio,
            @Key(name = "eager", value = "false", doc = "Whether.") boolean eager,
            @Key(name = "pause", value = "250ms", doc = "How long.", min = "1ms") Duration pause,
            @Key(name = "data", value = "data", doc = "Where to.") Path data,
            @Key(name = "cache", value = "64MiB", doc = "How big.") ByteSize cache,
            @Key(name = "mode", value = "fast", doc = "How.") Mode mode,
            @Key(name = "peers", doc = "Which others.") List<HostAndPort> peers,
            @Key(name = "labels", doc = "Which labels.") Map<String, String> labels,
            @Key(name = "token", doc = "Which token.") Optional<Path> token,
            @Key(name = "weight", doc = "Which weight.", min = "2") Optional<Integer> weight,
            Inner inner) {}

    record Demanding(@Key(name = "who", doc = "Who it is.") String who) {}

    @Test
    void nothingGiven_hasTheDefaults() {
        assertThat(read(Map.of()))
                .isEqualTo(
                        new Sample(
                                new HostAndPort("127.0.0.1", 7400),
                                "",
                                1_000,
                                0.5,
                                false,
                                Duration.ofMillis(250),
                                Path.of("data"),
                                ByteSize.ofMebibytes(64),
                                Mode.FAST,
                                List.of(),
                                Map.of(),
                                Optional.empty(),
                                Optional.empty(),
                                new Inner(3)));
    }

    @Test
    void everyKey_mapsToItsComponent() {
        Sample sample =
                read(
                        Map.of(),
                        "--listen=[::1]:80",
                        "--name",
                        "a = b",
                        "--limit=7",
                        "--ratio=0.25",
                        "--eager",
                        "--pause=2m",
                        "--data=/tmp/x",
                        "--cache=1GiB",
                        "--mode=very-slow",
                        "--peers=a:1, b:2",
                        "--labels=zone=b,disk=ssd=fast",
                        "--token=t",
                        "--weight=2",
                        "--inner-count=9");

        assertThat(sample)
                .isEqualTo(
                        new Sample(
                                new HostAndPort("::1", 80),
                                "a = b",
                                7,
                                0.25,
                                true,
                                Duration.ofMinutes(2),
                                Path.of("/tmp/x"),
                                ByteSize.parse("1024M"),
                                Mode.VERY_SLOW,
                                List.of(new HostAndPort("a", 1), new HostAndPort("b", 2)),
                                Map.of("zone", "b", "disk", "ssd=fast"),
                                Optional.of(Path.of("t")),
                                Optional.of(2),
                                new Inner(9)));
        assertThat(sample.labels().keySet()).containsExactly("zone", "disk");
    }

    @Test
    void laterSources_win() throws IOException {
        Path file = write("# a comment", "", "limit = 1", " name=from file ", "pause = 1s");
        Map<String, String> environment =
                Map.of("ATOLL_SAMPLE_PROGRAM_LIMIT", "2", "ATOLL_SAMPLE_PROGRAM_PAUSE", "2s");

        Sample sample = read(environment, "--config", file.toString(), "--limit=3");

        assertThat(sample.name()).isEqualTo("from file");
        assertThat(sample.pause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(sample.limit()).isEqualTo(3);
    }

    @Test
    void booleanFlag_takesTrueOrFalseOrNothing() {
        assertThat(read(Map.of(), "--eager", "--limit=1").eager()).isTrue();
        assertThat(read(Map.of(), "--eager", "false", "--limit=1").eager()).isFalse();
        assertThat(read(Map.of(), "--eager=true").eager()).isTrue();
    }

    @Test
    void unknownKeys_areRefusedWithASuggestion() throws IOException {
        Path file = write("lisen = a:1");
        Map<String, String> environment =
                Map.of("ATOLL_SAMPLE_PROGRAM_PEER", "a:1", "ATOLL_OTHER_THING", "1", "HOME", "/");

        assertThat(faults(environment, "--config=" + file, "--inner-cuont=1", "--zzzzz=1"))
                .containsExactly(
                        "lisen (" + file + ":1) = a:1: unknown key; did you mean listen?",
                        "ATOLL_SAMPLE_PROGRAM_PEER (environment) = a:1: unknown key;"
                                + " did you mean ATOLL_SAMPLE_PROGRAM_PEERS?",
                        "inner-cuont (flag) = 1: unknown key; did you mean inner-count?",
                        "zzzzz (flag) = 1: unknown key");
    }

    @Test
    void badValues_areAllNamedAtOnceWithWhereTheyCameFrom() throws IOException {
        Path file = write("limit = -1", "pause = 3 weeks", "nonsense");
        Map<String, String> environment = Map.of("ATOLL_SAMPLE_PROGRAM_MODE", "slow");

        assertThat(
                        faults(
                                environment,
                                "--config=" + file,
                                "--listen=here",
                                "--eager=yes",
                                "--cache=1MB",
                                "--ratio=1.5",
                                "--weight=1",
                                "--labels=a",
                                "--inner-count=10"))
                .containsExactly(
                        "nonsense (" + file + ":3): is not of the form key = value",
                        "listen (flag) = here: allowed is an address such as 127.0.0.1:7400,"
                                + " with a port of 0 to 65535",
                        "limit (" + file + ":1) = -1: allowed is a whole number, at least 0",
                        "ratio (flag) = 1.5: allowed is a number, at most 1",
                        "eager (flag) = yes: allowed is true or false",
                        "pause ("
                                + file
                                + ":2) = 3 weeks: allowed is a duration such as 250ms, 10s, 5m, 2h"
                                + " or 1d, at least 1ms",
                        "cache (flag) = 1MB: allowed is a size such as 4096, 512KiB, 64MiB or 2GiB",
                        "ATOLL_SAMPLE_PROGRAM_MODE (environment) = slow: allowed is one of fast,"
                                + " very-slow",
                        "labels (flag) = a: allowed is pairs such as name=value,other=value",
                        "weight (flag) = 1: allowed is a whole number, or nothing, at least 2",
                        "inner-count (flag) = 10: allowed is a whole number, from 1 to 9");
    }

    @Test
    void whatARecordRefuses_isAFaultOfItsSection() {
        assertThat(faults(Map.of(), "--inner-count=7"))
                .containsExactly("sample-program: inner-count must not be 7");
    }

    @Test
    void malformedFlags_areFaults() {
        assertThat(faults(Map.of(), "limit=3", "--name", "--limit=1", "--limit=2", "--mode"))
                .containsExactly(
                        "limit=3: is not a flag; flags are --key=value",
                        "--name (flag): needs a value",
                        "--mode (flag): needs a value",
                        "limit (flag) = 2: stands twice, first as flag");
    }

    @Test
    void missingFile_isAFault() {
        Path file = directory.resolve("absent");

        assertThat(faults(Map.of(), "--config=" + file))
                .containsExactly("--config (flag) = " + file + ": no such file");
    }

    @Test
    void keyWithoutDefault_mustBeGiven() {
        ConfigSection<Demanding> section = ConfigSection.ofProgram("p", Demanding.class);
        ConfigReader reader = new ConfigReader(List.of(section));

        assertThatThrownBy(() -> reader.read(List.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("who: must be given: Who it is.");
        assertThat(reader.read(List.of("--who=me"), Map.of()).get(section).who()).isEqualTo("me");
    }

    @Test
    void variablesOfKubernetesServiceLinks_areNoSettings() {
        Map<String, String> environment =
                Map.of(
                        "ATOLL_SAMPLE_PROGRAM_SERVICE_HOST", "10.0.0.1",
                        "ATOLL_SAMPLE_PROGRAM_SERVICE_PORT_GRPC", "7400",
                        "ATOLL_SAMPLE_PROGRAM_PORT", "tcp://10.0.0.1:7400",
                        "ATOLL_SAMPLE_PROGRAM_PORT_7400_TCP_ADDR", "10.0.0.1");

        assertThat(read(environment)).isEqualTo(read(Map.of()));
    }

    @Test
    void programsThatShareAProcess_haveTheirNamesBeforeTheirKeys() {
        ConfigSection<Sample> left = ConfigSection.ofSharedProgram("left", Sample.class);
        ConfigSection<Sample> right = ConfigSection.ofSharedProgram("right", Sample.class);
        ConfigSection<Inner> process = ConfigSection.ofProcess(Inner.class);

        ProcessSettings settings =
                new ConfigReader(List.of(left, right, process))
                        .read(
                                List.of("--left.limit=1", "--right.limit=2", "--inner-count=3"),
                                Map.of("ATOLL_LEFT_NAME", "l", "ATOLL_INNER_COUNT", "2"));

        assertThat(settings.get(left).limit()).isEqualTo(1);
        assertThat(settings.get(right).limit()).isEqualTo(2);
        assertThat(settings.get(left).name()).isEqualTo("l");
        assertThat(settings.get(process).count()).isEqualTo(3);
    }

    @Test
    void help_namesEveryKeyWithDefaultAndDoc() {
        String help = new ConfigReader(List.of(SAMPLE)).help();

        assertThat(help)
                .contains("--listen=127.0.0.1:7400", "Where.", "ATOLL_SAMPLE_PROGRAM_LISTEN")
                .contains("--inner-count=3", "a whole number, from 1 to 9")
                .contains("--labels\n", "--config FILE");
    }

    @Test
    void bind_makesARecordFromNames() {
        assertThat(ConfigReader.bind(Inner.class, Map.of("inner-count", "4")))
                .isEqualTo(new Inner(4));
    }

    private static Sample read(Map<String, String> environment, String... flags) {
        return new ConfigReader(List.of(SAMPLE)).read(List.of(flags), environment).get(SAMPLE);
    }

    private static List<String> faults(Map<String, String> environment, String... flags) {
        ConfigException refusal =
                catchThrowableOfType(ConfigException.class, () -> read(environment, flags));
        assertThat(refusal).isNotNull();
        return refusal.faults().stream().map(ConfigFault::toString).toList();
    }

    private Path write(String... lines) throws IOException {
        return Files.write(directory.resolve("sample.conf"), Arrays.asList(lines));
    }
}
