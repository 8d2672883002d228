package dev.atoll.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

class GuardTest {
    private static final int LAUNCHES = 3;

    private final ProcessTable table = new ProcessTable();

    @ParameterizedTest
    @ValueSource(strings = {"posix_spawn", "ProcessBuilder"})
    void noTaskSurvivesItsWorker(String starter) throws Exception {
        Process worker = worker(starter);
        List<Long> pids = pids(worker);
        long guard = pids.removeFirst();
        assertThat(pids).hasSize(2 * LAUNCHES).allMatch(this::lives);

        worker.destroyForcibly().waitFor();

        awaitEnd(guard);
        assertThat(pids).noneMatch(this::lives);
    }

    @Test
    void aGuardThatIsLetGoEnds() throws Exception {
        Guard guard = new ProcessBuilderStarter().guard(UUID.randomUUID().toString());

        guard.close();

        awaitEnd(guard.pid());
    }

    private static Process worker(String starter) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GuardedWorker.class.getName(),
                        UUID.randomUUID() + ".",
                        starter)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<Long> pids(Process worker) throws IOException {
        List<Long> pids = new ArrayList<>();
        int ready = 0;
        BufferedReader reader = worker.inputReader();
        while (ready < LAUNCHES) {
            String line = reader.readLine();
            assertThat(line).isNotNull();
            if (line.equals("ready")) {
                ready++;
            } else {
                pids.add(Long.valueOf(line));
            }
        }
        return pids;
    }

    private static void awaitEnd(long pid) throws Exception {
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(1, TimeUnit.MINUTES);
        }
    }

    private boolean lives(long pid) {
        return table.entry(pid).filter(ProcessTable.Entry::lives).isPresent();
    }
}
