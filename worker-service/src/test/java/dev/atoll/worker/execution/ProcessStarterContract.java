package dev.atoll.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Failure.Kind;
import dev.atoll.worker.execution.Launch.Input;
import dev.atoll.worker.execution.ProcessStarter.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What every starter of processes promises, held against real processes. */
abstract class ProcessStarterContract {
    private static final AtomicLong LAUNCHES = new AtomicLong();
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    private final ProcessTable table = new ProcessTable();
    final Marker marker =
            new Marker(
                    "test-%d.%d"
                            .formatted(ProcessHandle.current().pid(), LAUNCHES.incrementAndGet()));

    @TempDir Path directory;

    abstract ProcessStarter starter();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 126, 255})
    void tellsTheExitCode(int code) throws IOException {
        assertThat(end("sh", "-c", "exit " + code)).isEqualTo(new ProcessEnd.Exited(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 11, 15})
    void tellsTheSignal(int signal) throws IOException {
        assertThat(end("sh", "-c", "kill -%d $$".formatted(signal)))
                .isEqualTo(new ProcessEnd.Signalled(signal));
    }

    @Test
    void keepsBothOutputsApart() throws IOException {
        Recorder recorder = new Recorder();

        end(recorder, "sh", "-c", "echo out; echo err >&2; echo more");

        assertThat(recorder.output()).isEqualTo("out\nmore\n");
        assertThat(recorder.error()).isEqualTo("err\n");
    }

    @Test
    void aPipedOutputIsForItsReader_andOnceItIsClosedAWriterGetsSigpipe() throws IOException {
        Launch plain = launch(new Input.Empty(), "sh", "-c", "echo err >&2; exec yes");
        Recorder recorder = new Recorder();
        running =
                start(
                        new Launch(
                                plain.command(),
                                plain.programName(),
                                plain.environment(),
                                plain.workingDirectory(),
                                plain.marker(),
                                plain.input(),
                                Launch.Output.PIPED));
        ByteBuffer bytes = ByteBuffer.allocate(ProcessOutput.PIECE_BYTES);
        try (ProcessOutput output = running.output().orElseThrow()) {
            while (bytes.position() == 0) {
                assertThat(output.read(bytes, Duration.ofSeconds(1))).isNotNegative();
            }
        }

        assertThat(running.await(recorder)).isEqualTo(new ProcessEnd.Signalled(13));
        assertThat(new String(bytes.array(), StandardCharsets.UTF_8)).startsWith("y\n");
        assertThat(recorder.error()).isEqualTo("err\n");
        assertThat(recorder.output()).isEmpty();
    }

    @Test
    void losesNoByteOfALargeOutput() throws IOException {
        byte[] bytes = new byte[10 << 20];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(directory.resolve("input"), bytes);
        Recorder recorder = new Recorder();

        end(recorder, "cat", file.toString());

        assertThat(recorder.outputBytes()).isEqualTo(bytes);
    }

    @Test
    void givesTheEnvironmentAndNothingElse() throws IOException {
        Recorder recorder = new Recorder();

        end(recorder, "env");

        assertThat(recorder.output().lines())
                .containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "ATOLL_GUARD=" + marker.value());
    }

    @Test
    void runsInTheWorkingDirectory() throws IOException {
        Recorder recorder = new Recorder();

        end(recorder, "pwd");

        assertThat(recorder.output()).isEqualTo(directory.toRealPath() + "\n");
    }

    @Test
    void leavesOnlyTheStandardDescriptorsOpen() throws IOException {
        Recorder recorder = new Recorder();

        end(recorder, "sh", "-c", "echo /proc/$$/fd/*");

        // The shell opens no other; the glob's own directory is closed again when echo runs.
        assertThat(recorder.output().strip().split("/fd/")).hasSizeLessThanOrEqualTo(5);
        assertThat(recorder.output()).contains("/fd/0 ", "/fd/1 ", "/fd/2");
    }

    @Test
    void leadsItsOwnSession() throws IOException {
        Recorder recorder = new Recorder();

        end(
                recorder,
                "sh",
                "-c",
                "read -r pid _ _ _ group session _ < /proc/$$/stat;"
                        + " echo $pid $group $session");

        List<String> ids = List.of(recorder.output().strip().split(" "));
        assertThat(ids).hasSize(3).containsOnly(ids.getFirst());
    }

    @Test
    void givesEmptyInput() throws IOException {
        Recorder recorder = new Recorder();

        assertThat(end(recorder, "cat")).isEqualTo(new ProcessEnd.Exited(0));

        assertThat(recorder.output()).isEmpty();
    }

    @Test
    void givesAFileAsInput() throws IOException {
        Path file = Files.writeString(directory.resolve("input"), "from a file");
        Recorder recorder = new Recorder();

        run(launch(new Input.FromFile(file), "cat"), recorder);

        assertThat(recorder.output()).isEqualTo("from a file");
    }

    @Test
    void givesAPipeAsInput() throws IOException {
        Recorder recorder = new Recorder();
        RunningProcess process = start(launch(new Input.Piped(), "cat"));
        try (OutputStream input = process.input()) {
            input.write("through a pipe".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(process.await(recorder)).isEqualTo(new ProcessEnd.Exited(0));

        assertThat(recorder.output()).isEqualTo("through a pipe");
    }

    @Test
    void saysThatAProgramIsMissing() {
        assertThat(refusal("no-such-program").kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refusal("/no/such/program").kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refusal("./no-such-program").kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refusal("").kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void saysThatAProgramMayNotBeExecuted() throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "echo no");

        assertThat(refusal(plain.toString()).kind()).isEqualTo(Kind.NOT_EXECUTABLE);
        assertThat(refusal("/usr").kind()).isEqualTo(Kind.NOT_EXECUTABLE);
    }

    @Test
    void saysThatAFileInThePathMayNotBeExecuted() throws IOException {
        Files.writeString(directory.resolve("tool"), "echo no");
        Launch launch = withPath(directory + ":/usr/bin:/bin", "tool");

        assertThat(starter().start(launch))
                .isEqualTo(
                        new Outcome.Refused(
                                new Failure(
                                        Kind.NOT_EXECUTABLE,
                                        0,
                                        directory.resolve("tool") + ": permission denied")));
    }

    @Test
    void namesAProgramThatComesFromTheItemAsTheStageDoes() throws IOException {
        Files.writeString(directory.resolve("plain"), "echo no");
        for (String program : List.of("no-such-program", "./no-such-program", "./plain", "plain")) {
            Launch launch =
                    new Launch(
                            List.of(program),
                            "./{}",
                            Map.of("PATH", directory.toString(), Marker.NAME, marker.value()),
                            directory,
                            marker,
                            new Input.Empty());

            assertThat(starter().start(launch))
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.failure().detail()).startsWith("./{}: "));
        }
    }

    @Test
    void saysThatTheWorkingDirectoryIsMissing() {
        Path gone = directory.resolve("gone");
        Launch launch =
                new Launch(List.of("true"), "true", ENVIRONMENT, gone, marker, new Input.Empty());

        assertThat(starter().start(launch))
                .isEqualTo(
                        new Outcome.Refused(
                                new Failure(
                                        Kind.NOT_EXECUTABLE,
                                        0,
                                        "working directory " + gone + " does not exist")));
    }

    @Test
    void refusesArgumentsThatHoldANul() {
        assertThat(refusal("echo", "a\0b").kind()).isEqualTo(Kind.NOT_EXECUTABLE);
    }

    @Test
    void runsAScriptThatNamesNoInterpreter() throws IOException {
        Path script = executable("script", "echo script $1");
        Recorder recorder = new Recorder();

        end(recorder, script.toString(), "runs");

        assertThat(recorder.output()).isEqualTo("script runs\n");
    }

    @Test
    void looksInThePathOfTheTask() throws IOException {
        executable("tool", "#!/bin/sh\necho own tool");
        Recorder recorder = new Recorder();

        run(withPath(directory + ":/usr/bin:/bin", "tool"), recorder);

        assertThat(recorder.output()).isEqualTo("own tool\n");
    }

    @Test
    void looksRelativeToTheWorkingDirectory() throws IOException {
        executable("tool", "#!/bin/sh\necho beside");
        Recorder recorder = new Recorder();

        end(recorder, "./tool");
        run(withPath("/usr/bin:.", "tool"), recorder);

        assertThat(recorder.output()).isEqualTo("beside\nbeside\n");
    }

    @Test
    void findsAProgramThatHasMoved() throws IOException {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        executable("first/tool", "#!/bin/sh\necho first");
        executable("second/tool", "#!/bin/sh\necho second");
        Recorder recorder = new Recorder();

        run(withPath(first + ":" + second + ":/usr/bin:/bin", "tool"), recorder);
        Files.delete(first.resolve("tool"));
        run(withPath(first + ":" + second + ":/usr/bin:/bin", "tool"), recorder);

        assertThat(recorder.output()).isEqualTo("first\nsecond\n");
    }

    @Test
    void aSignalReachesTheWholeGroup() throws IOException {
        Recorder recorder = new Recorder(signalWhenReady(15));

        ProcessEnd end =
                end(
                        recorder,
                        "sh",
                        "-c",
                        "trap 'echo parent; wait; exit 3' TERM;"
                                + " sh -c 'trap \"echo child; exit\" TERM; echo ready;"
                                + " while :; do sleep 0.01; done' & wait");

        assertThat(end).isEqualTo(new ProcessEnd.Exited(3));
        assertThat(recorder.output().lines()).contains("ready", "child", "parent");
    }

    @Test
    void aKillEndsWhoHasLeftTheSession() throws IOException {
        Recorder recorder = new Recorder(signalWhenReady(9));

        ProcessEnd end =
                end(
                        recorder,
                        "sh",
                        "-c",
                        "setsid sleep 1000 & echo $!;"
                                + " (setsid sh -c 'sleep 1000 & echo $!; wait') & sleep 0.1;"
                                + " echo ready; wait");

        assertThat(end).isEqualTo(new ProcessEnd.Signalled(9));
        assertThat(pids(recorder)).hasSize(2).noneMatch(this::lives);
    }

    @Test
    void nothingIsLeftBehindAfterANormalEnd() throws IOException {
        Recorder recorder = new Recorder();

        ProcessEnd end =
                end(
                        recorder,
                        "sh",
                        "-c",
                        "sleep 1000 & echo $!;"
                                + " setsid sleep 1000 > /dev/null 2>&1 & echo $!; exit 4");

        assertThat(end).isEqualTo(new ProcessEnd.Exited(4));
        assertThat(pids(recorder)).hasSize(2).noneMatch(this::lives);
    }

    @Test
    void aSignalAfterTheEndDoesNothing() throws IOException {
        RunningProcess process = start(launch(new Input.Empty(), "true"));
        process.await(new Recorder());

        process.signal(9);
        process.signal(15);
    }

    private RunningProcess running;

    final boolean lives(long pid) {
        return table.entry(pid).filter(ProcessTable.Entry::lives).isPresent();
    }

    final Launch launch(Input input, String... command) {
        Map<String, String> environment = new TreeMap<>(ENVIRONMENT);
        environment.put(Marker.NAME, marker.value());
        return new Launch(List.of(command), command[0], environment, directory, marker, input);
    }

    final ProcessEnd end(String... command) throws IOException {
        return end(new Recorder(), command);
    }

    final ProcessEnd end(Recorder recorder, String... command) throws IOException {
        return run(launch(new Input.Empty(), command), recorder);
    }

    final java.util.function.Consumer<String> signalWhenReady(int signal) {
        return output -> {
            if (output.endsWith("ready\n")) {
                running.signal(signal);
            }
        };
    }

    final List<Long> pids(Recorder recorder) {
        return recorder.output()
                .lines()
                .filter(line -> line.matches("\\d+"))
                .map(Long::valueOf)
                .toList();
    }

    private ProcessEnd run(Launch launch, Recorder recorder) throws IOException {
        running = start(launch);
        return running.await(recorder);
    }

    private RunningProcess start(Launch launch) {
        return switch (starter().start(launch)) {
            case Outcome.Started(RunningProcess process) -> process;
            case Outcome.Refused(Failure failure) -> throw new AssertionError(failure);
        };
    }

    private Failure refusal(String... command) {
        return switch (starter().start(launch(new Input.Empty(), command))) {
            case Outcome.Started(RunningProcess process) -> throw new AssertionError("started");
            case Outcome.Refused(Failure failure) -> failure;
        };
    }

    private Launch withPath(String path, String... command) {
        return new Launch(
                List.of(command),
                command[0],
                Map.of("PATH", path, Marker.NAME, marker.value()),
                directory,
                marker,
                new Input.Empty());
    }

    private Path executable(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
