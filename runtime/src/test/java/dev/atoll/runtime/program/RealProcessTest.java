package dev.atoll.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs as they are run: in a process of their own, ended by signals. */
@Timeout(60)
class RealProcessTest {
    @TempDir private Path directory;
    private final List<Process> processes = new ArrayList<>();

    record Config(
            @Key(name = "listen", value = "127.0.0.1:0", doc = "Where.") HostAndPort listen,
            @Key(name = "fail", value = "false", doc = "Whether to fail.") boolean fail,
            SecurityConfig security) {}

    /** A program that serves nothing but health. */
    public static final class Sample implements ServiceProgram<Config> {
        @Override
        public String name() {
            return "sample";
        }

        @Override
        public String summary() {
            return "Serves health.";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public RunningService start(Config config, ServiceContext context) throws IOException {
            GrpcServer server =
                    GrpcServer.builder(config.listen(), Security.load(config.security()))
                            .metrics(context.metrics())
                            .start();
            if (config.fail()) {
                context.fatal().stop("an invariant is broken");
            }
            return new RunningSample(server);
        }
    }

    private record RunningSample(GrpcServer server) implements RunningService {
        @Override
        public HostAndPort address() {
            return server.address();
        }

        @Override
        public void close() {
            server.close();
            LoggerFactory.getLogger("dev.atoll.worker.Sample").info("closed");
        }

        @Override
        public CompletableFuture<Void> terminated() {
            return server.terminated();
        }
    }

    /** What the process runs. */
    public static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            ProgramRunner runner = new ProgramRunner(System.getenv(), System.out, System.err);
            System.exit(runner.run(List.of("sample"), List.of(arguments)));
        }
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void process_saysItIsReadyAndEndsOnTermWithZero() throws Exception {
        Process process = start();
        BufferedReader out = process.inputReader();

        assertThat(out.readLine()).matches("atoll-ready sample 127\\.0\\.0\\.1:[1-9][0-9]*");
        // The process's own destroy would also close the streams that are read below.
        process.toHandle().destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(out.readLine()).isNull();
        assertThat(err()).contains(" INFO  worker Sample - closed", "sample stopped");
    }

    @Test
    void process_thatMustStop_endsWithOne() throws Exception {
        Process process = start("--fail");

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(err()).contains("atoll: sample: an invariant is broken");
    }

    @Test
    void process_withBadSettings_endsWithTwo() throws Exception {
        Process process = start("--listen=0.0.0.0:0");

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(err()).contains("listen = 0.0.0.0:0: other machines reach this address");
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(), Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(directory.resolve("err").toFile())
                        .start();
        processes.add(process);
        return process;
    }

    /* Before the tests' own classes, a folder that tells ServiceLoader of the program above. */
    private String classPath() throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(ServiceProgram.class.getName()), Sample.class.getName());
        return directory + ":" + System.getProperty("java.class.path");
    }

    private String err() throws IOException {
        return Files.readString(directory.resolve("err"));
    }
}
