package dev.atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The reference page of the commands is what the commands say of themselves. */
class CommandsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "commands.md");

    /** What users type; services print by themselves what they take. */
    private static final List<String> COMMANDS =
            Verbs.NAMES.subList(0, Verbs.NAMES.indexOf("naming"));

    @TempDir private Path home;

    @Test
    void thePageIsTrue() throws IOException {
        String page = page();
        if (System.getProperty("atoll.docs", "").equals("write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("write it anew: mvn -pl cli -am verify -Datoll.docs=write")
                .isEqualTo(page);
    }

    private String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # The commands

                        This page is made from what `atoll COMMAND --help` says.

                        ## Which cluster

                        In this order: `--cluster ADDRESS` with `--token-file FILE`; the environment's `ATOLL_CLUSTER` and
                        `ATOLL_TOKEN_FILE`; the cluster that `atoll up` started on this machine, whose directory is `$ATOLL_HOME`, or
                        else `~/.atoll/local`.

                        An address is `naming://HOST:PORT`, a naming service, which knows the master that leads, or `HOST:PORT`, a
                        master. Several replicas or masters are separated by `,`; any one of them that can be reached will do.

                        Within a task the environment names the task's own cluster, and `atoll` is on the `PATH` (`$ATOLL` is where it
                        is). What a task submits has it as its parent: it belongs to the same user, and is cancelled when the
                        task's job is cancelled or fails; `ATOLL_PARENT= atoll run ...` submits it without. A task that only waits for
                        others keeps its room while it does: give it `--cpus 0`.

                        ## What is meant

                        | written | means |
                        |---|---|
                        | `17` | job 17 |
                        | `17.3` | task 3 of the last stage of job 17 |
                        | `17/fetch.3` | task 3 of its stage `fetch` |
                        | `17/0.3` | task 3 of its stage at position 0, unless a stage is named `0` |
                        | `17/fetch` | all tasks of the stage |

                        Tasks are numbered from 0. In a command, `{}` is the item of the task and `{#}` its number.

                        ## Exit codes

                        | code | means |
                        |---|---|
                        | 0 | done; of `run`: the task succeeded |
                        | 1 | a task failed, or a job waited for did not succeed; of `run`: the task's own |
                        | 2 | bad input: every fault is named, one line each |
                        | 69 | no cluster |
                        | 75 | not now: the cluster is full or has lost the task; the same command may succeed later |
                        | 124 | `run`: longer than its timeout |
                        | 126, 127 | `run`: the program cannot be executed, or was not found |
                        | 128 + N | signal N ended the task, or the command |
                        | 141 | nobody reads standard output any more |

                        Of `run`, every other code is the task's own. Data goes to standard output, messages and progress to
                        standard error.
                        """);
        for (String verb : COMMANDS) {
            RecordedShell shell = new RecordedShell(home);
            assertThat(shell.run(verb, "--help")).isZero();
            page.append("\n## atoll ")
                    .append(verb)
                    .append("\n\n```\n")
                    .append(shell.out().stripTrailing())
                    .append("\n```\n");
        }
        page.append(
                """

                ## atoll naming, master, worker, serve

                The services themselves. `atoll naming --help`, `atoll master --help` and `atoll worker --help` print every
                setting with its default. `atoll serve naming,master` runs several in one process; their settings then carry the
                name of the service: `--naming.listen=...`.
                """);
        return page.toString();
    }
}
