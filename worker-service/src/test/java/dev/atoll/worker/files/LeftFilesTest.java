package dev.atoll.worker.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.proto.job.v1.OutputEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What a task leaves under the declared paths is kept, that and nothing else. */
class LeftFilesTest {
    @TempDir private Path directory;

    private void write(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /**
     * What is kept, a word for each thing: "dir/", "file:content", "program*:content", "link->to".
     */
    private List<String> kept(String... declared) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        LeftFiles left = LeftFiles.of(directory, List.of(declared), it -> it.replace("{}", "7"));
        boolean isAll =
                left.copyTo(bytes -> {
                    stream.write(bytes.array(), bytes.position(), bytes.remaining());
                    return true;
                });
        assertThat(isAll).isTrue();
        return read(new ByteArrayInputStream(stream.toByteArray()));
    }

    private static List<String> read(ByteArrayInputStream stream) throws IOException {
        List<String> kept = new ArrayList<>();
        OutputEntry entry = OutputEntry.parseDelimitedFrom(stream);
        while (entry != null) {
            String path = entry.getPath();
            kept.add(
                    switch (entry.getKindCase()) {
                        case FILE ->
                                path
                                        + (entry.getFile().getExecutable() ? "*:" : ":")
                                        + new String(
                                                stream.readNBytes(
                                                        (int) entry.getFile().getSizeBytes()),
                                                StandardCharsets.UTF_8);
                        case DIRECTORY -> path + "/";
                        case LINK -> path + "->" + entry.getLink();
                        case KIND_NOT_SET -> "nothing";
                    });
            entry = OutputEntry.parseDelimitedFrom(stream);
        }
        return kept;
    }

    @Test
    void filesDirectoriesLinksAndWhetherTheyCanBeExecuted() throws Exception {
        write("out/b/deep", "1");
        write("out/a", "");
        write("tool", "#!");
        write("other", "not wanted");
        Files.createDirectories(directory.resolve("out/empty"));
        Files.setPosixFilePermissions(
                directory.resolve("tool"), PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(directory.resolve("out/up"), Path.of(".."));
        Files.createSymbolicLink(directory.resolve("latest"), Path.of("gone"));

        assertThat(kept("out/", "./tool", "latest"))
                .containsExactly(
                        "latest->gone",
                        "out/",
                        "out/a:",
                        "out/b/",
                        "out/b/deep:1",
                        "out/empty/",
                        "out/up->..",
                        "tool*:#!");
    }

    @Test
    void patternsAndItemsNameWhatIsThere() throws Exception {
        write("a.csv", "a");
        write("b.txt", "b");
        write("sub/c.csv", "c");
        write("part-7/x", "x");
        write("part-8/x", "x");

        assertThat(kept("*.csv")).containsExactly("a.csv:a");
        assertThat(kept("**.csv", "sub")).containsExactly("a.csv:a", "sub/", "sub/c.csv:c");
        assertThat(kept("sub/?.{csv,txt}")).containsExactly("sub/c.csv:c");
        assertThat(kept("part-{}/*")).containsExactly("part-7/x:x");
        assertThat(kept(".")).hasSize(8);
    }

    @Test
    void aNameThatLooksLikeAPatternIsFoundAsItIs() throws Exception {
        write("img[1].png", "1");

        assertThat(kept("img[1].png")).containsExactly("img[1].png:1");
    }

    @Test
    void aLinkIsNotGoneThrough() throws Exception {
        write("real/x", "x");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("real"));

        assertThat(kept("**x")).containsExactly("real/x:x");
        assertNotLeft("there is no link/x", "link/x");
    }

    @Test
    void whatIsMissingIsNamedAsItWasDeclared() throws Exception {
        write("a", "a");

        assertNotLeft("there is no out-{}.csv", "a", "out-{}.csv");
        assertNotLeft("there is no *.csv", "*.csv", "a");
        assertNotLeft("there is no a/b", "a/b");
    }

    @Test
    void whatIsNeitherFileNorDirectoryNorLinkIsRefused() throws Exception {
        Path pipe = Files.createDirectories(directory.resolve("out")).resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

        assertNotLeft(
                "out is, or has in it, what is neither a file, nor a directory, nor a link", "out");
        assertThat(directory.resolve("out")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", ""})
    void anItemCannotLeadOutOfTheDirectory(String item) {
        assertThatExceptionOfType(NotLeftException.class)
                .isThrownBy(() -> LeftFiles.of(directory, List.of("{}"), _ -> item))
                .withMessage("with this item {} does not lead down from the task's directory");
    }

    @Test
    void nothingMoreIsReadOnceNoMoreIsWanted() throws Exception {
        write("a", "a");
        write("b", "b");
        List<Integer> taken = new ArrayList<>();

        boolean isAll =
                LeftFiles.of(directory, List.of("*"), it -> it)
                        .copyTo(bytes -> {
                            taken.add(bytes.remaining());
                            return taken.size() < 2;
                        });

        assertThat(isAll).isFalse();
        assertThat(taken).hasSize(2);
    }

    private void assertNotLeft(String message, String... declared) {
        assertThatExceptionOfType(NotLeftException.class)
                .isThrownBy(() -> kept(declared))
                .withMessage(message);
    }
}
