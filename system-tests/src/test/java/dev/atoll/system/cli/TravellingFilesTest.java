package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program and its data reach whichever worker runs them, without any shared directory. */
@ExtendWith(ClusterExtension.class)
class TravellingFilesTest {
    private final Installation atoll;
    @TempDir private Path directory;

    TravellingFilesTest(Installation atoll) {
        this.atoll = atoll;
    }

    @BeforeEach
    void program() throws IOException {
        Files.createDirectory(directory.resolve("words"));
        Files.writeString(directory.resolve("words/1"), "one\n");
        Files.writeString(directory.resolve("words/2"), "two\n");
        Files.writeString(directory.resolve("words/secret"), "not for others\n");
        Files.writeString(directory.resolve(".gitignore"), "secret\n");
        Path tool = directory.resolve("say");
        Files.writeString(tool, "#!/bin/sh\ncat words/$1; echo > made; ls words | wc -l\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    }

    /** Runs a line of shell in the directory. */
    private Invocation.Ended here(String line) throws IOException, InterruptedException {
        return atoll.shell("cd '%s' && %s".formatted(directory, line));
    }

    @Test
    void aDirectoryTravelsWithoutWhatIsIgnored() throws Exception {
        Invocation.Ended ended = here("atoll run --dir . -- ./say 1");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("one\n2\n");
        assertThat(directory.resolve("made")).doesNotExist();
    }

    @Test
    void everyTaskOfAMapAndItsReduceHaveTheFiles() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll map --file say --file words --range 1..2 --reduce './say 2; cat' --"
                                + " ./say {}");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("two\n3\none\n3\ntwo\n3\n");
    }

    @Test
    void aJobFileNamesThemFromItsOwnDirectory() throws Exception {
        Files.writeString(
                directory.resolve("job.yaml"),
                """
                stages:
                  - command: [bin/say, '2']
                    files: [say=bin/say, words]
                """);

        Invocation.Ended ended = atoll.run("submit", directory.resolve("job.yaml").toString());

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo("two\n3\n");
    }

    @Test
    void whatCannotTravelIsNamedAndNothingIsSubmitted() throws Exception {
        int before = atoll.run("jobs").out().lines().toList().size();

        Invocation.Ended ended = here("atoll run --file say --file gone -- ./say 1");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).isEqualTo("atoll: gone: no such file\n");
        assertThat(atoll.run("jobs").out().lines()).hasSize(before);
    }
}
