package dev.atoll.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What git would not take does not travel. */
class IgnoreRulesTest {
    @TempDir private Path directory;

    private void write(String file, String... lines) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, String.join("\n", lines));
    }

    private boolean includes(String name) throws IOException {
        return new IgnoreRules(directory).includes(name, name.endsWith("build"));
    }

    @Test
    void everythingGoesWhereNothingIsSaid() throws IOException {
        assertThat(includes("a/b.log")).isTrue();
        assertThat(includes("a/build")).isTrue();
    }

    @Test
    void whatGitKeepsForItselfNeverGoes() throws IOException {
        assertThat(includes(".git")).isFalse();
        assertThat(includes("module/.git")).isFalse();
        assertThat(includes(".gitignore")).isTrue();
        assertThat(includes("x.git")).isTrue();
    }

    @Test
    void patternsCountAtEveryDepthUnlessTheyAreAnchored() throws IOException {
        write(".gitignore", "*.log", "build/", "/top", "# a comment", "");

        assertThat(includes("a.log")).isFalse();
        assertThat(includes("deep/er/a.log")).isFalse();
        assertThat(includes("deep/build")).isFalse();
        assertThat(includes("top")).isFalse();
        assertThat(includes("deep/top")).isTrue();
        assertThat(includes("a.txt")).isTrue();
    }

    @Test
    void theLaterLineAndTheDeeperFileCountForMore() throws IOException {
        write(".gitignore", "*.log", "!keep.log");
        write("deep/.gitignore", "keep.log", "!other.log");

        assertThat(includes("keep.log")).isTrue();
        assertThat(includes("deep/keep.log")).isFalse();
        assertThat(includes("deep/other.log")).isTrue();
        assertThat(includes("deep/third.log")).isFalse();
    }

    @Test
    void ourOwnFileCountsForMoreThanGits() throws IOException {
        write(".gitignore", "model.bin");
        write(".atollignore", "!model.bin", "notes.txt");

        assertThat(includes("model.bin")).isTrue();
        assertThat(includes("notes.txt")).isFalse();
    }
}
