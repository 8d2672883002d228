package dev.atoll.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;
import dev.atoll.runtime.logging.LogLevel;
import dev.atoll.runtime.logging.ServiceLog;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class ProgramRunnerTest {
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream errStream = new PrintStream(err, true);
    private final ProcessLife life = new ProcessLife(new PrintStream(out, true), errStream);

    record SampleConfig(
            @Key(name = "port", value = "1", doc = "The port.", min = "1", max = "65535")
                    int port) {}

    @Test
    void programs_startInOrderAndStopInReverse() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CompletableFuture<Integer> exit =
                run(
                        List.of("alpha", "beta"),
                        List.of("--alpha.port=11", "--beta.port=22"),
                        program("alpha", context -> started.countDown()),
                        program(
                                "beta",
                                context -> {
                                    events.add("beta sees alpha at " + context.addressOf("alpha"));
                                    started.countDown();
                                }));
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        life.stop();

        assertThat(exit.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(out.toString())
                .isEqualTo("atoll-ready alpha 127.0.0.1:11\natoll-ready beta 127.0.0.1:22\n");
        assertThat(events)
                .containsExactly(
                        "start alpha",
                        "start beta",
                        "beta sees alpha at Optional[127.0.0.1:11]",
                        "close beta",
                        "close alpha");
    }

    @Test
    void badSettings_exitWithTwoAndEveryFault() throws Exception {
        int exit =
                run(List.of("alpha"), List.of("--port=0", "--prot=1"), program("alpha", _ -> {}))
                        .get(20, TimeUnit.SECONDS);

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString())
                .contains("atoll: alpha cannot start with these settings:")
                .contains("  port (flag) = 0: allowed is a whole number, from 1 to 65535")
                .contains("  prot (flag) = 1: unknown key; did you mean port?");
        assertThat(events).isEmpty();
    }

    @Test
    void settingsRefusedAtTheStart_exitWithTwoToo() throws Exception {
        int exit =
                run(
                                List.of("alpha", "beta"),
                                List.of(),
                                program("alpha", _ -> {}),
                                program(
                                        "beta",
                                        _ -> {
                                            throw new ConfigException("token-file", "t", "is open");
                                        }))
                        .get(20, TimeUnit.SECONDS);

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("atoll: beta cannot", "token-file = t: is open");
        assertThat(events).containsExactly("start alpha", "start beta", "close alpha");
    }

    @Test
    void programThatCannotStart_exitsWithOneAndASentence() throws Exception {
        int exit =
                run(
                                List.of("alpha"),
                                List.of(),
                                program(
                                        "alpha",
                                        _ -> {
                                            throw new IOException("cannot listen on x:1");
                                        }))
                        .get(20, TimeUnit.SECONDS);

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("atoll: alpha: cannot start: cannot listen on x:1\n");
    }

    @Test
    void programThatMustStop_stopsTheProcessWithOne() throws Exception {
        int exit =
                run(
                                List.of("alpha", "beta"),
                                List.of(),
                                program("alpha", _ -> {}),
                                program("beta", context -> context.fatal().stop("deposed")))
                        .get(20, TimeUnit.SECONDS);

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("atoll: beta: deposed\n");
        assertThat(events)
                .containsExactly("start alpha", "start beta", "close beta", "close alpha");
    }

    @Test
    void programThatEndsByItself_stopsTheProcess() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Integer> exit =
                run(List.of("alpha"), List.of(), new Sample("alpha", events, _ -> {}, end));
        end.completeExceptionally(new IOException("disk full"));

        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(err.toString()).contains("atoll: alpha: stopped by itself: disk full");
    }

    @Test
    void stopDuringAStart_interruptsIt() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CompletableFuture<Integer> exit =
                run(
                        List.of("alpha", "beta"),
                        List.of(),
                        program("alpha", _ -> {}),
                        program(
                                "beta",
                                _ -> {
                                    starting.countDown();
                                    new CountDownLatch(1).await();
                                }));
        assertThat(starting.await(20, TimeUnit.SECONDS)).isTrue();
        life.stop();

        assertThat(exit.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(events).containsExactly("start alpha", "start beta", "close alpha");
    }

    @Test
    void help_namesTheKeysOfProgramAndProcess() throws Exception {
        int exit =
                run(List.of("alpha"), List.of("--help"), program("alpha", _ -> {}))
                        .get(20, TimeUnit.SECONDS);

        assertThat(exit).isZero();
        assertThat(out.toString()).contains("--port=1", "--log-level=info", "--metrics-listen");
    }

    @Test
    void programThatDoesNotExist_isRefusedWithASuggestion() throws Exception {
        int exit =
                run(List.of("alhpa"), List.of(), program("alpha", _ -> {}))
                        .get(20, TimeUnit.SECONDS);

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("atoll: alhpa is no program; did you mean alpha? (programs: [alpha])\n");
    }

    private CompletableFuture<Integer> run(
            List<String> names, List<String> arguments, ServiceProgram<?>... programs) {
        ProgramRunner runner =
                new ProgramRunner(
                        List.of(programs), Map.of(), new PrintStream(out, true), errStream);
        ServiceLog log = ServiceLog.start("test", LogLevel.ERROR, errStream);
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> exit.complete(runner.run(names, arguments, log, life)));
        return exit;
    }

    private ServiceProgram<?> program(String name, Action action) {
        return new Sample(name, events, action, new CompletableFuture<>());
    }

    private interface Action {
        void act(ServiceContext context) throws Exception;
    }

    private record Sample(
            String name, Queue<String> events, Action action, CompletableFuture<Void> end)
            implements ServiceProgram<SampleConfig> {
        @Override
        public String summary() {
            return "Does nothing.";
        }

        @Override
        public Class<SampleConfig> configType() {
            return SampleConfig.class;
        }

        @Override
        public RunningService start(SampleConfig config, ServiceContext context) throws Exception {
            events.add("start " + name);
            action.act(context);
            return new RunningSample(
                    name, events, new HostAndPort("127.0.0.1", config.port()), end);
        }
    }

    private record RunningSample(
            String name,
            Queue<String> events,
            HostAndPort address,
            CompletableFuture<Void> terminated)
            implements RunningService {
        @Override
        public void close() {
            events.add("close " + name);
            terminated.complete(null);
        }
    }
}
