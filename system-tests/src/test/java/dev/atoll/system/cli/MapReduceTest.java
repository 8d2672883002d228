package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Map-reduce gives what the same commands give on one machine. */
@ExtendWith(ClusterExtension.class)
class MapReduceTest {
    private final Installation atoll;
    @TempDir private Path directory;

    MapReduceTest(Installation atoll) {
        this.atoll = atoll;
    }

    @BeforeEach
    void input() throws IOException {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append("word").append(random.nextInt(3_000)).append('\t').append(i).append('\n');
        }
        Files.writeString(directory.resolve("input"), text);
    }

    private Invocation.Ended here(String line) throws IOException, InterruptedException {
        return atoll.shell("export LC_ALL=C; cd '%s' && %s".formatted(directory, line));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    --reduce count; cut -f 1 input | sort | uniq -c | awk '{print $2 "\t" $1}'
                    --reduce sum; awk '{s[$1] += $2} END {for (k in s) print k "\t" s[k]}' input
                    --reduce min; sort -k 1,1 -k 2,2n input | awk '!s[$1]++'
                    --reduce max; sort -k 1,1 -k 2,2nr input | awk '!s[$1]++'
                    --reduce first; awk '!s[$1]++' input
                    --map 'cut -f 1' --reduce unique; cut -f 1 input | sort -u
                    --reduce top:2; sort -k 1,1 -k 2,2nr input | awk 's[$1]++ < 2'
                    --reduce "awk '{print \\$1}' | uniq -c"; cut -f 1 input | sort | uniq -c
                    --combine count --reduce cat; cut -f 1 input | sort | uniq -c | awk '{print $2 "\t" $1}'
                    """)
    void reducersGiveWhatOneMachineGives(String options, String onOneMachine) throws Exception {
        Invocation.Ended ended =
                here(
                        ("atoll mapreduce --reducers 5 --block 16K %s input | sort > got; %s | sort"
                                        + " > expected; cmp got expected && wc -l < got")
                                .formatted(options, onOneMachine));

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(Integer.parseInt(ended.out().strip())).isGreaterThan(1_000);
    }

    @Test
    void aCommandCombinesWhatEachTaskWrites() throws Exception {
        Files.writeString(
                directory.resolve("add"),
                """
                BEGIN { FS = OFS = "\t" }
                NR > 1 && $1 != key { print key, sum; sum = 0 }
                { key = $1; sum += $2 }
                END { print key, sum }
                """);

        Invocation.Ended ended =
                here(
                        "awk -F '\t' '{s[$1] += $2} END {for (k in s) print k \"\t\" s[k]}' input |"
                            + " sort > expected; atoll mapreduce --file add --map 'cat' --combine"
                            + " 'awk -f add' --reducers 3 input | sort | cmp - expected && atoll"
                            + " mapreduce --block 16K --file add --combine 'awk -f add' --reduce"
                            + " 'awk -f add' --reducers 3 input | sort | cmp - expected");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "cat, exit 3, exit code 3",
        "cat, cat >/dev/null; exit 4, exit code 4",
        "exit 5, cat, exit code 5"
    })
    void whatFailsBesideACombinerFailsTheTask(String map, String combine, String failure)
            throws Exception {
        Invocation.Ended ended =
                here("atoll mapreduce --map '%s' --combine '%s' input".formatted(map, combine));

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains(failure);
    }

    @Test
    void compressedInputsAreDecompressed() throws Exception {
        Invocation.Ended ended =
                here(
                        "cut -f 1 input | sort | uniq -c | awk '{print $2 \"\t\" $1}' | sort >"
                                + " expected; gzip -c input > packed; atoll put packed packed >&2;"
                                + " for from in packed atoll://packed -; do atoll mapreduce --map"
                                + " 'cut -f 1' --reduce count $from < packed | sort | cmp -"
                                + " expected || echo $from; done");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void aDamagedInputIsNamedAndNothingIsSubmitted() throws Exception {
        int before = atoll.run("jobs").out().lines().toList().size();

        Invocation.Ended ended =
                here("gzip -c input | head -c 20000 > cut; atoll mapreduce --reduce count cut");

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.err()).contains("cut is compressed (gzip) and damaged or cut off");
        assertThat(atoll.run("jobs").out().lines()).hasSize(before);
    }

    @Test
    void nothingGivesWhatItGivesOnOneMachine() throws Exception {
        Invocation.Ended ended =
                here(
                        ": > nothing; atoll put nothing nothing >&2; atoll mapreduce --reduce count"
                            + " nothing; atoll mapreduce --sort atoll://nothing; atoll mapreduce"
                            + " --reducers 2 --reduce 'wc -l' nothing -o counts; cat counts");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo("0\n0\n");
    }

    @Test
    void sortedResultsAreSortedAsAWhole() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll mapreduce --sort --reducers 7 --block 16K input -o got; sort -s -k"
                                + " 1,1 input | cmp - got");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aFileInTheClusterIsReadWhereItLies() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll put input words >&2; atoll mapreduce --sort --reducers 3"
                                + " atoll://words -o got; sort -s -k 1,1 input | cmp - got");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
    }

    @Test
    void aJobFileDoesTheSame() throws Exception {
        Files.writeString(
                directory.resolve("job.yaml"),
                """
                stages:
                  - name: words
                    pipe: input
                    block: 16KiB
                    run: cut -f 1
                  - name: counts
                    records: words
                    combine: count
                    sorted: true
                    command: [atoll:sum]
                    tasks: 3
                """);

        Invocation.Ended ended =
                here(
                        "atoll submit job.yaml > got; cut -f 1 input | sort | uniq -c | awk '{print"
                                + " $2 \"\\t\" $1}' | cmp - got");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void fewKeysAndNoRecordsAreNoTrouble() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll mapreduce --map 'echo b; echo a' --sort --reducers 9 input; atoll"
                                + " mapreduce --map true --sort --reduce count input; atoll"
                                + " mapreduce --map true --reduce count input");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("a\nb\n");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aFailedMapFailsTheJobWithItsWords() throws Exception {
        Invocation.Ended ended =
                here("atoll mapreduce --map 'cat; echo oh no >&2; exit 3' --reduce count input");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("exit code 3", "oh no");
    }

    @Test
    void aRecordThatIsTooLongFailsItsTask() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll mapreduce --map 'head -c 9000000 /dev/zero | tr \"\\0\" x' --reduce"
                                + " count input");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("a record of more than 1 MiB");
    }

    @Test
    void badOptionsAreNamedAndNothingIsSubmitted() throws Exception {
        int before = atoll.run("jobs").out().lines().toList().size();

        Invocation.Ended ended =
                here(
                        "atoll mapreduce --reducers 0 input; atoll mapreduce --combine= input;"
                            + " atoll mapreduce; atoll mapreduce gone; atoll mapreduce --reduce="
                            + " input; atoll mapreduce --map= input; atoll mapreduce --reduce top:0"
                            + " input");

        assertThat(ended.err().lines())
                .anyMatch(line -> line.contains("--reducers must be 1 to 10000, not 0"))
                .anyMatch(line -> line.contains("--combine must be a name or a command"))
                .anyMatch(line -> line.contains("--reduce must be a name or a command"))
                .anyMatch(line -> line.contains("--map must be a command"))
                .anyMatch(line -> line.contains("--reduce top:N") && line.contains("'top:0'"))
                .anyMatch(line -> line.contains("which inputs?"))
                .anyMatch(line -> line.contains("gone: no such file"));
        assertThat(atoll.run("jobs").out().lines()).hasSize(before);
    }
}
