package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tasks read files where they are: here all workers see the disk of this machine. */
@ExtendWith(ClusterExtension.class)
class SharedFilesTest {
    private final Installation atoll;
    @TempDir private Path directory;

    SharedFilesTest(Installation atoll) {
        this.atoll = atoll;
    }

    @BeforeEach
    void input() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append("word").append(i % 997).append('\t').append(i).append('\n');
        }
        Files.writeString(directory.resolve("input"), text);
    }

    private Invocation.Ended here(String line) throws IOException, InterruptedException {
        return atoll.shell("export LC_ALL=C; cd '%s' && %s".formatted(directory, line));
    }

    @Test
    void allBlocksTogetherAreTheFile() throws Exception {
        Invocation.Ended ended =
                here("atoll map --pipe input --shared --block 16K -- cat | cmp - input");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void mapReduceReadsThemToo() throws Exception {
        Invocation.Ended ended =
                here(
                        "cut -f 1 input | sort | uniq -c | awk '{print $2 \"\\t\" $1}' | sort >"
                                + " expected; atoll mapreduce --shared --block 16K --map 'cut -f 1'"
                                + " --reduce count input | sort | cmp - expected && atoll mapreduce"
                                + " --shared --sort expected | cmp - expected");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aFileThatChangesAfterItWasCutIsNotRead() throws Exception {
        Invocation.Ended ended =
                here(
                        "before=$(atoll run --detach sh -c 'while [ ! -e \"$0\" ]; do sleep 0.1;"
                            + " done' \"$PWD/go\"); job=$(atoll map --detach --after $before --pipe"
                            + " input --shared --block 64K -- cat); echo more >> input; touch go;"
                            + " atoll result $job");

        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("the shared file cannot be had", "input is not the same on this worker");
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadInPartsIsRefused() throws Exception {
        Invocation.Ended ended =
                here(
                        "gzip -c input > packed; atoll map --pipe packed --shared -- cat; atoll"
                                + " mapreduce --shared - < input; atoll mapreduce --shared"
                                + " atoll://input; atoll map --range 1..2 --shared -- cat");

        assertThat(ended.err().lines())
                .anyMatch(line -> line.contains("packed: --shared takes files"))
                .anyMatch(line -> line.contains("-: --shared takes files"))
                .anyMatch(line -> line.contains("leave out --shared"))
                .anyMatch(line -> line.contains("--shared belongs to --pipe"));
    }
}
