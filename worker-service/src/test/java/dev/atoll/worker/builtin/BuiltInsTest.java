package dev.atoll.worker.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atoll.core.model.Failure;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;
import dev.atoll.worker.execution.ProcessStarter;
import dev.atoll.worker.execution.ProcessStarter.Outcome;
import dev.atoll.worker.execution.RunningProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

class BuiltInsTest {
    @TempDir private Path directory;
    private final ProcessStarter starter = new BuiltIns(ProcessStarter.ofThisMachine());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Outcome start(Launch.Input input, String... command) {
        return starter.start(
                new Launch(
                        List.of(command), command[0], Map.of(), directory, new Marker("M"), input));
    }

    private ProcessEnd run(String input, String... command) throws Exception {
        Path file = Files.writeString(directory.resolve("input"), input);
        Outcome outcome = start(new Launch.Input.FromFile(file), command);
        return ((Outcome.Started) outcome).process().await(this::take);
    }

    private void take(OutputSink.Stream stream, java.nio.ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        (stream == OutputSink.Stream.STDOUT ? out : err).writeBytes(copy);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    atoll:cat,    'a|b', 'a|b'
                    atoll:count,  'a\t1|a\t2|b', 'a\t2|b\t1|'
                    atoll:sum,    'a\t1|a\t2.5|b\t-1', 'a\t3.5|b\t-1|'
                    atoll:min,    'a\t10|a\t9|b\t1', 'a\t9|b\t1|'
                    atoll:max,    'a\t10|a\t9|b\t1', 'a\t10|b\t1|'
                    atoll:first,  'a\tx|a\ty|b\tz', 'a\tx|b\tz|'
                    atoll:unique, 'a\tx|a\tx|a\ty', 'a\tx|a\ty|'
                    atoll:top 2,  'a\t1|a\t30|a\t4|b\t7', 'a\t30|a\t4|b\t7|'
                    atoll:bounds 3, 'a\t10|b\t10|c\t10|d\t10|e\t10|f\t10', 'c|e|'
                    atoll:bounds 9, 'a\t10|a\t10|b\t10', 'b|'
                    atoll:bounds 9, '', ''
                    """)
    void programsMakeOfTheirInputWhatTheirNamesSay(String command, String input, String output)
            throws Exception {
        ProcessEnd end = run(lines(input), command.split(" "));

        assertThat(end).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(out.toString(UTF_8)).isEqualTo(lines(output));
    }

    private static String lines(String text) {
        return text.replace("|", "\n").replace("\\t", "\t");
    }

    @Test
    void recordsThatAreNotNumbersFailTheTaskAndAreShown() throws Exception {
        ProcessEnd end = run("a\t1\nb\tmany\n", "atoll:sum");

        assertThat(end).isEqualTo(new ProcessEnd.Exited(1));
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "atoll:sum: the record 'b\tmany' has no decimal number of up to 1000"
                                + " digits behind its first tab\n");
    }

    @ParameterizedTest
    @CsvSource({"1E999999999", "1E-999999999", "1E2147483648"})
    void aNumberThatWouldTakeAllMemoryIsNone(String number) throws Exception {
        assertThat(run("k\t1\nk\t" + number + "\n", "atoll:sum"))
                .isEqualTo(new ProcessEnd.Exited(1));
    }

    @ParameterizedTest
    @CsvSource({"atoll:shuffle, there are only", "atoll:top 0, a number from 1", "atoll:cat x, no"})
    void whatIsNotBuiltInDoesNotStart(String command, String words) {
        Outcome outcome = start(new Launch.Input.Empty(), command.split(" "));

        Failure failure = ((Outcome.Refused) outcome).failure();
        assertThat(failure.kind()).isEqualTo(Failure.Kind.NOT_FOUND);
        assertThat(failure.detail()).contains(command.split(" ")[0], words);
    }

    @Test
    void pipedInputIsTakenAsItComes() throws Exception {
        RunningProcess process =
                ((Outcome.Started) start(new Launch.Input.Piped(), "atoll:count")).process();
        CompletableFuture<ProcessEnd> end = awaited(process);

        try (OutputStream input = process.input()) {
            input.write("a\na\n".getBytes(UTF_8));
            input.write("b".getBytes(UTF_8));
        }

        assertThat(end.join()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(out.toString(UTF_8)).isEqualTo("a\t2\nb\t1\n");
    }

    @Test
    void aSignalEndsItThoughItsInputGoesOn() throws Exception {
        RunningProcess process =
                ((Outcome.Started) start(new Launch.Input.Piped(), "atoll:cat")).process();
        CompletableFuture<ProcessEnd> end = awaited(process);

        process.signal(18); // CONT
        process.signal(15);

        assertThat(end.join()).isEqualTo(new ProcessEnd.Signalled(15));
    }

    @Test
    void otherProgramsAreProcesses() throws Exception {
        RunningProcess process =
                ((Outcome.Started) start(new Launch.Input.Empty(), "/bin/echo", "hi")).process();

        assertThat(process.await(this::take)).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(out.toString(UTF_8)).isEqualTo("hi\n");
    }

    private CompletableFuture<ProcessEnd> awaited(RunningProcess process) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return process.await(this::take);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
