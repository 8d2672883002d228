package dev.atoll.cli.jobfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.items.RangeItems;
import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.JobRequest.BackupPolicy;
import dev.atoll.client.JobRequest.Durability;
import dev.atoll.client.JobRequest.FailurePolicy;
import dev.atoll.client.StageRequest;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

class JobFileReaderTest {
    @Test
    void aWholeFileIsRead() {
        JobFile file =
                read(
                        """
                        name: render
                        priority: 5
                        on-failure: fail-fast
                        backup: false
                        durability: one
                        stages:
                          - name: draw
                            command: [./draw, --frame, "{}"]
                            range: 1..100..2
                            cpus: 0.5
                            memory: 1GiB
                            gpus: 1
                            labels: {zone: a}
                            env:
                              QUALITY: 9
                            cwd: /srv/render
                            timeout: 5m
                            retries: 2
                            output-limit: 1MiB
                          - run: gzip -c | tee /dev/null
                            gather: draw
                          - name: tell
                            command: echo
                            tasks: 3
                            after: [draw, stage-1]
                        """);

        assertThat(file.name()).isEqualTo("render");
        assertThat(file.priority()).isEqualTo(5);
        assertThat(file.failurePolicy()).isEqualTo(FailurePolicy.FAIL_FAST);
        assertThat(file.backupPolicy()).isEqualTo(BackupPolicy.NEVER);
        assertThat(file.durability()).isEqualTo(Durability.ONE);
        StageRequest draw = file.stages().getFirst().request();
        assertThat(file.stages().getFirst().items()).contains(new RangeItems(1, 2, 50));
        assertThat(draw.command()).containsExactly("./draw", "--frame", "{}");
        assertThat(draw.needs().cpuMillis()).hasValue(500);
        assertThat(draw.needs().memoryBytes()).isEqualTo(1L << 30);
        assertThat(draw.needs().labels()).containsEntry("zone", "a");
        assertThat(draw.environment()).containsEntry("QUALITY", "9");
        assertThat(draw.workingDirectory()).isEqualTo("/srv/render");
        assertThat(draw.timeout()).contains(Duration.ofMinutes(5));
        assertThat(draw.attemptsMax()).hasValue(3);
        assertThat(draw.outputLimitBytes()).isEqualTo(1 << 20);
        StageRequest gzip = file.stages().get(1).request();
        assertThat(gzip.command()).containsExactly("sh", "-c", "gzip -c | tee /dev/null");
        assertThat(gzip.input()).isEqualTo(new StageRequest.Input.Gathered(0));
        assertThat(gzip.dependsOn()).containsExactly(0);
        StageRequest tell = file.stages().get(2).request();
        assertThat(tell.dependsOn()).containsExactly(0, 1);
        assertThat(tell.items()).isEqualTo(new StageRequest.Items.Count(3));
    }

    @Test
    void everyFaultIsNamedWithItsLine() {
        assertFaults(
                """
                nmae: render
                priority: high
                durability: three
                stages:
                  - name: Draw It
                    comand: [x]
                    tasks: 0
                    timeout: soon
                  - name: b
                    command: [x]
                    run: x
                    range: 1-3
                    block: 3
                    gather: nothing
                  - name: b
                    command: {a: b}
                    memory: [1]
                    cpus: -1
                  - just text
                """,
                """
                job.yaml:1: unknown key 'nmae'; did you mean name?
                job.yaml:2: priority: 'high' is not a whole number, -1000 to 1000
                job.yaml:3: durability: 'three' is not one or two
                job.yaml:5: name: 'Draw It' is not 1 to 63 characters of a-z, 0-9 and -
                job.yaml:6: unknown key 'comand'; did you mean command?
                job.yaml:7: tasks: '0' is not a whole number, 1 to 10000000
                job.yaml:8: timeout: 'soon' is not a duration such as 250ms, 10s, 5m, 2h or 1d
                job.yaml:9: a stage has either a command, such as [sort, -u], or run, a line for \
                the shell
                job.yaml:12: range: '1-3' is not a range such as 1..100 or 0..1000..50, both ends \
                included
                job.yaml:13: block belongs to pipe
                job.yaml:14: gather: 'nothing' is not a stage before this one: stage-0
                job.yaml:15: there is a stage 'b' before
                job.yaml:16: command must be a single value
                job.yaml:17: memory must be a single value
                job.yaml:18: cpus: '-1' is not a number of processors such as 2 or 0.5, 0 to 1024
                job.yaml:19: expected keys and values: name, command, run, tasks, gather, records, \
                combine, sorted, after, \
                cpus, memory, gpus, labels, env, cwd, dir, files, outputs, warm, timeout, retries, output-limit, range, \
                items, each-line, each-file, each-json, pipe, block, delimiter\
                """);
    }

    @Test
    void aFileWithoutStagesIsRefused() {
        assertFaults("name: x\n", "job.yaml:1: stages is missing");
        assertFaults("stages: []\n", "job.yaml:1: a job has 1 to 64 stages");
        assertFaults(
                "stages: 7\n", "job.yaml:1: stages must be a list, each stage beginning with '-'");
        assertFaults("", "job.yaml: is empty");
        assertFaults(
                "- a\n- b\n",
                "job.yaml:1: expected keys and values: name, priority, on-failure, backup,"
                        + " durability, after, deadline, stages");
    }

    @Test
    void aLineForTheShellIsNotTakenForAProgram() {
        assertFaults(
                "stages:\n  - command: echo hi\n",
                "job.yaml:2: command: 'echo hi' is not the name of a program: write a list, such as"
                        + " [echo, hi], or run: echo hi");
    }

    @Test
    void whatIsNotYamlIsSaidWithItsLine() {
        assertThatThrownBy(() -> read("name: x\nstages: [\n  - a: b\n"))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("job.yaml:")
                .hasMessageContaining("is not YAML");
    }

    @Test
    void recordsAreReadByOneStageThatHasTasks() {
        assertFaults(
                """
                stages:
                  - run: cat
                    combine: count
                  - run: cat
                    records: stage-0
                    combine: mean
                    range: 1..2
                  - run: cat
                    records: stage-0
                    gather: stage-1
                  - run: cat
                    records: stage-0
                """,
                """
                job.yaml:3: combine belongs to records
                job.yaml:4: a stage that reads records has tasks, and no items
                job.yaml:6: combine: 'mean' is not count, sum, min, max, first or unique
                job.yaml:8: gather and records both give the standard input
                job.yaml:11: the records of 'stage-0' are read by another stage already\
                """);
    }

    @Test
    void itemsComeFromOnePlace() {
        assertFaults(
                """
                stages:
                  - command: [x]
                    items: [a]
                    each-line: urls.txt
                  - command: [x]
                    tasks: 3
                    range: 1..3
                """,
                """
                job.yaml:4: items come from one place, not from items and each-line
                job.yaml:5: a stage has tasks or items, not both\
                """);
    }

    private static void assertFaults(String yaml, String faults) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(CommandException.class)
                .hasMessage(faults);
    }

    private static JobFile read(String yaml) {
        InputFiles files =
                new InputFiles(
                        Path.of("/"),
                        Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                        new S3Objects(Map.of()));
        return new JobFileReader("job.yaml", files).read(yaml);
    }
}
