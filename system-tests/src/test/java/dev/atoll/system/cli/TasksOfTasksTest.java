package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A task uses the cluster in which it runs as its user does. */
@ExtendWith(ClusterExtension.class)
class TasksOfTasksTest {
    private final Installation atoll;

    TasksOfTasksTest(Installation atoll) {
        this.atoll = atoll;
    }

    @Test
    void whatATaskMapsIsItsOwnOutput() throws Exception {
        Invocation.Ended ended =
                atoll.run(
                        "run",
                        "sh",
                        "-c",
                        "atoll map --range 1..5 -- echo item {} && \"$ATOLL\" run pwd >/dev/null");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("item 1\nitem 2\nitem 3\nitem 4\nitem 5\n");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aJobOfATaskKnowsItsParentAndItsUser() throws Exception {
        Invocation.Ended ended =
                atoll.run(
                        "run",
                        "sh",
                        "-c",
                        "job=$(atoll run --detach true) && atoll wait $job >&2 && echo $ATOLL_JOB"
                                + " $job && atoll why $job");

        String[] lines = ended.out().split("\n", -1);
        String parent = lines[0].split(" ", -1)[0];
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(lines).anyMatch(it -> it.startsWith("Task " + parent + "/0.0 has submitted it"));
        assertThat(atoll.run("jobs", "--json").out())
                .contains("\"parent\":{\"job\":%s,\"stage\":0,\"task\":0}".formatted(parent));
    }

    @Test
    void whenAJobIsKilledWhatItsTasksHaveSubmittedEnds() throws Exception {
        try (Invocation parent =
                atoll.start(
                        "run",
                        "sh",
                        "-c",
                        "echo $ATOLL_JOB; atoll run --detach sleep 1000; ATOLL_PARENT= atoll run"
                                + " --detach sleep 1001; echo; sleep 1000")) {
            await().until(() -> parent.outSoFar().lines().count() >= 4 || !parent.isAlive());
            String[] jobs = parent.outSoFar().split("\n", -1);

            assertThat(atoll.run("kill", jobs[0]).exitCode()).isZero();

            assertThat(atoll.run("wait", jobs[1]).exitCode()).isEqualTo(1);
            assertThat(atoll.run("why", jobs[1]).out())
                    .contains(
                            "It was cancelled: job %s, a task of which has submitted it, was cancelled."
                                    .formatted(jobs[0]));
            assertThat(atoll.run("jobs", "--json").out())
                    .as("the one without a parent goes on")
                    .containsPattern(
                            "\"job\":%s,[^}]*\"state\":\"(running|queued)\"".formatted(jobs[2]));
            assertThat(atoll.run("kill", jobs[2]).exitCode()).isZero();
        }
    }
}
