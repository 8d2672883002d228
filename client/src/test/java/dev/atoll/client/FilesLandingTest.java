package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.OutputDirectory;
import dev.atoll.proto.job.v1.OutputEntry;
import dev.atoll.proto.job.v1.OutputFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What tasks left is laid out all together or not at all, and never outside of its directory. */
class FilesLandingTest {
    @TempDir private Path directory;

    /** The stream of files of one task. */
    private static final class Task {
        private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

        Task file(String path, String content, boolean executable) throws IOException {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            OutputEntry.newBuilder()
                    .setPath(path)
                    .setFile(
                            OutputFile.newBuilder()
                                    .setSizeBytes(bytes.length)
                                    .setExecutable(executable))
                    .build()
                    .writeDelimitedTo(stream);
            stream.write(bytes);
            return this;
        }

        Task file(String path, String content) throws IOException {
            return file(path, content, false);
        }

        Task link(String path, String target) throws IOException {
            OutputEntry.newBuilder().setPath(path).setLink(target).build().writeDelimitedTo(stream);
            return this;
        }

        Task directory(String path) throws IOException {
            OutputEntry.newBuilder()
                    .setPath(path)
                    .setDirectory(OutputDirectory.getDefaultInstance())
                    .build()
                    .writeDelimitedTo(stream);
            return this;
        }

        InputStream read() {
            return ByteString.copyFrom(stream.toByteArray()).newInput();
        }
    }

    private int land(boolean replace, Task... tasks) throws IOException {
        try (FilesLanding landing = new FilesLanding(directory, replace)) {
            for (int i = 0; i < tasks.length; i++) {
                landing.take("task " + i, tasks[i].read());
            }
            return landing.land();
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(it -> it.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatTasksLeftIsThereAsItWas() throws Exception {
        int count =
                land(
                        false,
                        new Task().directory("out").file("out/a", "one").directory("out/empty"),
                        new Task().directory("out").file("out/run", "#!", true).link("l", "out/a"));

        assertThat(count).isEqualTo(3);
        assertThat(names()).containsExactly("l", "out");
        assertThat(directory.resolve("out/a")).hasContent("one");
        assertThat(Files.isExecutable(directory.resolve("out/a"))).isFalse();
        assertThat(directory.resolve("out/run")).isExecutable();
        assertThat(directory.resolve("out/empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(directory.resolve("l"))).hasToString("out/a");
    }

    @Test
    void twoTasksThatLeftTheSameAreNamedAndNothingIsThere() throws Exception {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() ->
                        land(
                                false,
                                new Task().file("a", "1").file("x/same", "1"),
                                new Task().file("x/same", "1")))
                .withMessage("x/same: was left by task 0 and by task 1");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(
                        () -> land(true, new Task().file("x", "1"), new Task().file("x/y", "1")))
                .withMessage("x: was left by task 0 and by task 1");
        assertThat(names()).isEmpty();
    }

    @Test
    void aFileThatIsThereGivesWayOnlyWhereThatIsWanted() throws Exception {
        Files.writeString(directory.resolve("b"), "old");
        Task task = new Task().file("a", "new").file("b", "new");

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> land(false, task))
                .withMessage("b: is there already");
        assertThat(names()).containsExactly("b");
        assertThat(directory.resolve("b")).hasContent("old");

        assertThat(land(true, task)).isEqualTo(2);
        assertThat(directory.resolve("b")).hasContent("new");
        assertThat(land(false, task)).as("what is the same is not in the way").isEqualTo(2);
    }

    @Test
    void nothingIsWrittenThroughALink(@TempDir Path elsewhere) throws Exception {
        Files.createSymbolicLink(directory.resolve("out"), elsewhere);

        for (boolean replace : new boolean[] {false, true}) {
            assertThatIOException()
                    .isThrownBy(() -> land(replace, new Task().file("out/a", "1")))
                    .withMessage("out: is there and is no directory");
            assertThatIOException()
                    .isThrownBy(() ->
                            land(
                                    replace,
                                    new Task().link("l", elsewhere.toString()).file("l/a", "1")))
                    .withMessage("l: was left by task 0 and by task 0");
        }
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(names()).containsExactly("out");
    }

    @Test
    void aFileIsNotPutInThePlaceOfADirectory() throws Exception {
        Files.createDirectory(directory.resolve("a"));

        assertThatIOException()
                .isThrownBy(() -> land(true, new Task().file("a", "1")))
                .withMessage("a: is there and is a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp/x", "../x", "a/../x", "a//b", ".", "", "a/"})
    void aPathThatLeadsElsewhereIsRefused(String path) throws Exception {
        assertThatIOException()
                .isThrownBy(() -> land(true, new Task().file(path, "1")))
                .withMessageContaining("does not lead down from the directory");
        assertThat(names()).isEmpty();
    }

    @Test
    void aFileThatEndsEarlyIsAnError() throws Exception {
        Task task = new Task().file("a", "whole");
        InputStream cut = ByteString.copyFrom(task.stream.toByteArray()).substring(0, 8).newInput();

        try (FilesLanding landing = new FilesLanding(directory, false)) {
            assertThatIOException().isThrownBy(() -> landing.take("task 0", cut));
        }
        assertThat(names()).isEmpty();
    }
}
