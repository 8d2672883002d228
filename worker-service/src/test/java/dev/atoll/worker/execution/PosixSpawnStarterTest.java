package dev.atoll.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.worker.execution.Launch.Input;
import dev.atoll.worker.execution.ProcessStarter.Outcome;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class PosixSpawnStarterTest extends ProcessStarterContract {
    private static ProcessStarter starter;

    @BeforeAll
    static void load() throws IOException {
        starter = new PosixSpawnStarter();
    }

    @Override
    ProcessStarter starter() {
        return starter;
    }

    @Test
    void handsNoSignalDispositionOn() throws IOException {
        Recorder recorder = new Recorder();

        end(recorder, "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status");

        assertThat(recorder.output())
                .isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    }

    @Test
    void tellsAnExitCodeFromASignal() throws IOException {
        assertThat(end("sh", "-c", "exit 137")).isEqualTo(new ProcessEnd.Exited(137));
    }

    @Test
    void hearsTheLastWordsOfAFilter() throws IOException {
        Recorder recorder = new Recorder();

        end(recorder, "bash", "-c", "exec > >(sed s/x/late/); echo x");

        assertThat(recorder.output()).isEqualTo("late\n");
    }

    @Test
    void saysThatAnInterpreterIsMissing() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        assertThat(starter.start(launch(new Input.Empty(), script.toString())))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.failure().detail())
                                        .endsWith("its interpreter is missing"));
    }

    @Test
    void sweepsUpWhoHasForgottenWhereItCameFrom() throws IOException {
        Recorder recorder = new Recorder();

        end(
                recorder,
                "sh",
                "-c",
                "env -i /usr/bin/setsid /bin/sh -c 'sleep 1000 & echo $!; wait' & sleep 0.1");
        starter.sweep();

        assertThat(pids(recorder)).hasSize(1).noneMatch(this::lives);
    }

    @Test
    void thousandsOfProcessesLeaveNothingOpenAndNobodyUnburied() throws IOException {
        end("true");
        long descriptors = descriptors();
        long children = ProcessHandle.current().children().count();

        for (int i = 0; i < 3_000; i++) {
            assertThat(end("true")).isEqualTo(new ProcessEnd.Exited(0));
        }

        assertThat(descriptors()).isEqualTo(descriptors);
        assertThat(ProcessHandle.current().children().count()).isEqualTo(children);
    }

    @Test
    void refusalsLeaveNothingOpen() throws IOException {
        end("true");
        long descriptors = descriptors();

        for (int i = 0; i < 100; i++) {
            assertThat(starter.start(launch(new Input.Empty(), "/no/such/program")))
                    .isInstanceOf(Outcome.Refused.class);
        }

        assertThat(descriptors()).isEqualTo(descriptors);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }
}
