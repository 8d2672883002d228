package dev.atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.JobStatus;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

class TaskAddressTest {
    private static final JobStatus JOB =
            new JobStatus(
                    new JobId(17),
                    "job",
                    "user",
                    0,
                    JobStatus.State.RUNNING,
                    "",
                    List.of(stage("fetch", 10), stage("0", 20), stage("sum", 5)),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "17, 2, 0, 5",
        "17.3, 2, 3, 4",
        "17/fetch, 0, 0, 10",
        "17/fetch.9, 0, 9, 10",
        // A name goes before a position.
        "17/0.19, 1, 19, 20",
        "17/2.0, 2, 0, 1"
    })
    void anAddressIsAStageAndTasks(String text, int stage, int first, int end) {
        TaskAddress address = TaskAddress.parse(text);
        assertThat(address.stageOf(JOB)).isEqualTo(stage);
        assertThat(address.tasksOf(JOB).toString())
                .isEqualTo(Ranges.between(first, end).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "x", "17.", "17/", "17/.3", "17.x", "17/A.3", "-1", "17.3.4"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> TaskAddress.parse(text)).isInstanceOf(CommandException.class);
    }

    @Test
    void whatTheJobDoesNotHaveIsSaid() {
        assertThatThrownBy(() -> TaskAddress.parse("17/wash").stageOf(JOB))
                .hasMessage("job 17 has no stage wash; it has: fetch, 0, sum");
        assertThatThrownBy(() -> TaskAddress.parse("17.5").tasksOf(JOB))
                .hasMessage("there is no task 5; the stage has tasks 0 to 4");
    }

    @Test
    void whatIsListedCanBeTyped() {
        assertThat(TaskAddress.format(17, 2, 3, 3)).isEqualTo("17.3");
        assertThat(TaskAddress.format(17, 0, 3, 3)).isEqualTo("17/0.3");
    }

    private static JobStatus.Stage stage(String name, int tasks) {
        return new JobStatus.Stage(name, tasks, tasks, 0, 0, 0, 0, 0, false, new TreeMap<>());
    }
}
