package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** Records that are no lines are not cut either, here and in the cluster. */
@ExtendWith(ClusterExtension.class)
class RecordCutsTest {
    private final Installation atoll;
    @TempDir private Path directory;

    RecordCutsTest(Installation atoll) {
        this.atoll = atoll;
    }

    private Invocation.Ended here(String line) throws IOException, InterruptedException {
        return atoll.shell("export LC_ALL=C; cd '%s' && %s".formatted(directory, line));
    }

    @Test
    void blocksAreSomeRecordsOfOneSize() throws Exception {
        Invocation.Ended ended =
                here(
                        "head -c 70000 /dev/urandom > data; for from in data -; do atoll map --pipe"
                            + " $from --record-size 7 --block 20000 -- cat < data | cmp - data &&"
                            + " atoll map --pipe $from --record-size 7 --block 20000 -- wc -c <"
                            + " data; done; atoll map --pipe data --shared --record-size 7 --block"
                            + " 20000 -- cat | cmp - data");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("19999\n19999\n19999\n10003\n".repeat(2));
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aStoredFileIsCutAsItsPutSaid() throws Exception {
        Invocation.Ended ended =
                here(
                        "yes abcdef | tr '\\n' ';' | head -c 20000001 > data; atoll put --delimiter"
                            + " ';' data cuts/semicolons 2>/dev/null; atoll put --record-size 7"
                            + " data cuts/sevens 2>/dev/null; atoll map --pipe"
                            + " atoll://cuts/semicolons --delimiter ';' -- sh -c 'wc -c'; atoll map"
                            + " --pipe atoll://cuts/sevens --record-size 7 -- sh -c 'wc -c'; atoll"
                            + " rm cuts/semicolons");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("16777215\n3222786\n".repeat(2));
        assertThat(ended.exitCode()).isZero();

        Invocation.Ended otherwise = here("atoll map --pipe atoll://cuts/sevens -- cat");

        assertThat(otherwise.err()).contains("its blocks do not all end where such records do");
        assertThat(otherwise.exitCode()).isEqualTo(2);
    }

    @Test
    void oneThingEndsARecord() throws Exception {
        Invocation.Ended ended =
                here(
                        "echo a > a; atoll map --pipe a --delimiter ';' --record-size 3 -- cat;"
                            + " atoll map --pipe a --record-size 0 -- cat; atoll put --delimiter ''"
                            + " a a");

        assertThat(ended.err().lines())
                .anyMatch(line -> line.contains("give only one of --delimiter and --record-size"))
                .anyMatch(line -> line.contains("--record-size must be 1 B to 16 MiB"))
                .anyMatch(line -> line.contains("--delimiter must be 1 to 256 bytes"));
    }
}
