package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A task whose first attempt hangs, on a machine that seems well, holds nobody up. */
@ExtendWith(ClusterExtension.class)
class StragglerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Installation atoll;
    @TempDir private Path directory;

    StragglerTest(Installation atoll) {
        this.atoll = atoll;
    }

    @Test
    void aSecondWorkerRunsItTooAndTheFirstSuccessCounts() throws Exception {
        String job = start("--backup");
        await("a backup")
                .atMost(PATIENCE)
                .until(() -> atoll.run("why", job + ".12").out().contains("runs it too"));
        assertThat(atoll.run("ps").out().lines().filter(line -> line.startsWith(job + ".12")))
                .hasSize(2);
        long hanging = hanging("--backup");
        assertThat(ProcessHandle.of(hanging)).isPresent();

        Files.createFile(directory.resolve("go"));

        assertThat(atoll.run("wait", job).exitCode()).isZero();
        assertThat(atoll.run("result", job).out()).isEqualTo(outputs());
        await("the end of the attempt that hangs")
                .atMost(PATIENCE)
                .until(() -> ProcessHandle.of(hanging).isEmpty());
    }

    @Test
    void whereBackupsAreOffNoSecondAttemptStarts() throws Exception {
        Files.createFile(directory.resolve("go"));
        String alone = start("--no-backup");
        await("the attempt that hangs")
                .atMost(PATIENCE)
                .until(() -> isOnlyTheLastLeft(alone) && Files.exists(hangs("--no-backup")));

        // A later job of the same kind shows that there were room and time for a backup.
        String other = start("--backup");
        assertThat(atoll.run("wait", other).exitCode()).isZero();
        assertThat(atoll.run("result", other).out()).isEqualTo(outputs());

        assertThat(atoll.run("why", alone + ".12").out())
                .contains("as attempt 1", "Nobody else runs it too")
                .doesNotContain("attempts are over");
        assertThat(Files.readString(attempts("--no-backup"))).isEqualTo("1\n");
        assertThat(Files.readString(attempts("--backup"))).isEqualTo("1\n2\n");
        assertThat(ProcessHandle.of(hanging("--no-backup"))).isPresent();
        assertThat(atoll.run("kill", alone).exitCode()).isZero();
    }

    /** The first attempt at item 13 of 20 hangs; another one ends as soon as it may. */
    private String start(String option) throws IOException, InterruptedException {
        String script =
                """
                if [ {} = 13 ]; then
                    echo $ATOLL_ATTEMPT >> %2$s
                    if mkdir %1$s.first 2> /dev/null; then
                        echo $$ > %1$s.new && mv %1$s.new %1$s && exec sleep 600
                    fi
                    while [ ! -e %3$s/go ]; do sleep 0.05; done
                fi
                echo {} $ATOLL_ATTEMPT
                """
                        .formatted(hangs(option), attempts(option), directory);
        return atoll.run("map", "--detach", option, "--range", "1..20", "--", "sh", "-c", script)
                .out()
                .strip();
    }

    private boolean isOnlyTheLastLeft(String job) throws IOException, InterruptedException {
        String why = atoll.run("why", job).out();
        return why.contains("1 tasks were given to 1 workers") && !why.contains("tasks wait");
    }

    private Path hangs(String option) {
        return directory.resolve("hangs" + option);
    }

    private Path attempts(String option) {
        return directory.resolve("attempts" + option);
    }

    private long hanging(String option) throws IOException {
        return Long.parseLong(Files.readString(hangs(option)).strip());
    }

    private static String outputs() {
        return IntStream.rangeClosed(1, 20)
                .mapToObj(item -> item + (item == 13 ? " 2\n" : " 1\n"))
                .collect(Collectors.joining());
    }
}
