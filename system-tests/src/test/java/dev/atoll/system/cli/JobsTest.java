package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Looking after work and machines. */
@ExtendWith(ClusterExtension.class)
class JobsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Installation atoll;
    @TempDir private Path directory;

    JobsTest(Installation atoll) {
        this.atoll = atoll;
    }

    @Test
    void machinesAreListedAndDrained() throws Exception {
        assertThat(atoll.run("nodes").out()).contains("worker-1").contains("worker-2");

        assertThat(atoll.run("drain", "worker-2").exitCode()).isZero();
        assertThat(atoll.run("nodes", "--json").out()).contains("\"state\":\"draining\"");
        assertThat(atoll.run("drain", "--resume", "worker-2").exitCode()).isZero();
        await().atMost(PATIENCE)
                .until(() -> !atoll.run("nodes", "--json").out().contains("draining"));

        assertThat(atoll.run("drain", "nobody").exitCode()).isEqualTo(2);
    }

    @Test
    void runningWorkIsSeenFollowedAndKilled() throws Exception {
        Path go = directory.resolve("go");
        String script =
                "echo begun; while [ ! -e %s ]; do sleep 0.05; done; echo ended; exec sleep 600";
        String job =
                atoll.run("run", "--detach", "--", "sh", "-c", script.formatted(go)).out().strip();
        try (Invocation logs = atoll.start("logs", "-f", job)) {
            await().atMost(PATIENCE).until(() -> logs.outSoFar().equals("begun\n"));
            assertThat(atoll.run("ps").out()).contains(job + ".0");
            assertThat(atoll.run("top").out()).contains("nodes ready").contains("sh");
            Files.createFile(go);
            await().atMost(PATIENCE).until(() -> logs.outSoFar().equals("begun\nended\n"));

            assertThat(atoll.run("kill", job + ".0").exitCode()).isZero();
            assertThat(logs.end().exitCode()).isZero();
        }
        assertThat(atoll.run("wait", job).exitCode()).isEqualTo(1);
        assertThat(atoll.run("why", job + ".0").out()).isNotBlank();
    }

    @Test
    void aFailedJobIsExplainedAndRetried() throws Exception {
        Path mend = directory.resolve("mend");
        var failed =
                atoll.run(
                        "map",
                        "--range",
                        "1..4",
                        "--",
                        "sh",
                        "-c",
                        "[ {} != 2 ] || [ -e " + mend + " ] && echo {}");
        assertThat(failed.exitCode()).isEqualTo(1);
        String job = failed.err().replaceAll("(?s).*?job ([0-9]+) failed.*", "$1");
        assertThat(atoll.run("why", job + ".1").out()).contains("exit");

        Files.createFile(mend);
        assertThat(atoll.run("retry", "--failed", job).err()).contains("1 tasks");
        assertThat(atoll.run("wait", job).exitCode()).isZero();
        assertThat(atoll.run("result", job).out()).isEqualTo("1\n2\n3\n4\n");

        var again = atoll.run("retry", job);
        assertThat(again.exitCode()).isEqualTo(1);
    }

    @Test
    void aJobStartsOnceThoseThatItComesAfterHaveSucceeded() throws Exception {
        Path go = directory.resolve("go");
        Path made = directory.resolve("made");
        String script = "while [ ! -e %s ]; do sleep 0.05; done; echo made > %s";
        String first =
                atoll.run("run", "--detach", "--", "sh", "-c", script.formatted(go, made))
                        .out()
                        .strip();
        Path file = directory.resolve("job.yaml");
        Files.writeString(
                file, "after: %s%nstages: [{command: [cat, %s]}]%n".formatted(first, made));
        String second = atoll.run("submit", "--detach", file.toString()).out().strip();
        String third =
                atoll.run("run", "--detach", "--after", first, "--after", second, "--", "false")
                        .out()
                        .strip();
        String fourth =
                atoll.run("map", "--detach", "--after", third, "--range", "1..2", "--", "echo")
                        .out()
                        .strip();

        assertThat(atoll.run("why", second).out())
                .contains("job %s must succeed first".formatted(first));
        Files.createFile(go);

        assertThat(atoll.run("result", second).out()).isEqualTo("made\n");
        assertThat(atoll.run("wait", third).exitCode()).isEqualTo(1);
        assertThat(atoll.run("wait", fourth).exitCode()).isEqualTo(1);
        assertThat(atoll.run("why", fourth).out())
                .contains("It failed: job %s, which must succeed first, failed.".formatted(third));
        var attached = atoll.run("run", "--after", third, "--", "echo", "no");
        assertThat(attached.exitCode()).isEqualTo(1);
        assertThat(attached.err())
                .isEqualTo(
                        "atoll: echo: did not start: job %s, which must succeed first, failed%n"
                                .formatted(third));
        var nowhere = atoll.run("run", "--after", "999999", "--", "true");
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).contains("there is no job 999999");
    }

    @Test
    void whatWaitsSaysWhy() throws Exception {
        String job =
                atoll.run("run", "--detach", "--label", "moon=yes", "--", "true").out().strip();

        assertThat(atoll.run("why", job + ".0").out()).contains("moon");
        assertThat(atoll.run("kill", job).exitCode()).isZero();
        assertThat(atoll.run("wait", job).exitCode()).isEqualTo(1);
    }

    @Test
    void aJobFileHasStages() throws Exception {
        Files.writeString(directory.resolve("in.txt"), "b\na\nc\n");
        Files.writeString(
                directory.resolve("job.yaml"),
                """
                name: sorted
                stages:
                  - name: shout
                    run: tr a-z A-Z
                    pipe: in.txt
                    block: 2
                  - name: sort
                    command: [sort]
                    gather: shout
                """);
        var ended = atoll.run("submit", directory.resolve("job.yaml").toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("A\nB\nC\n");
        String job = atoll.run("jobs", "-n", "1").out().lines().toList().get(1).strip();
        String id = job.substring(0, job.indexOf(' '));
        assertThat(atoll.run("logs", id + "/shout.1").out()).isEqualTo("A\n");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        for (String verb : new String[] {"why", "wait", "result", "logs", "kill", "retry"}) {
            var ended = atoll.run(verb, "999999");
            assertThat(ended.exitCode()).as(verb).isEqualTo(2);
            assertThat(ended.err()).as(verb).contains("999999");
        }
    }

    @Test
    void everyFaultOfARequestIsNamed() throws Exception {
        var ended =
                atoll.run(
                        "run",
                        "--priority",
                        "5000",
                        "--cwd",
                        "relative",
                        "--name",
                        "a\nb",
                        "--",
                        "true");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err().lines()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(ended.err()).contains("priority").contains("working_directory").contains("name");
    }
}
