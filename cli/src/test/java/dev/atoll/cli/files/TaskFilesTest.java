package dev.atoll.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.cli.shell.CommandException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What cannot travel gets one clear message, before anything is sent. */
class TaskFilesTest {
    @TempDir private Path directory;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(directory.resolve("tool"), "tool");
        Files.writeString(directory.resolve("a=b"), "an odd name");
        Files.createDirectory(directory.resolve("lib"));
    }

    private void check(Optional<String> dir, String... files) throws IOException {
        Object _ = new TaskFiles(directory, dir, List.of(files)).tree();
    }

    private void refuses(String message, Optional<String> dir, String... files) {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> check(dir, files))
                .withMessage(message);
    }

    @Test
    void filesAndDirectoriesMayHaveOtherNames() {
        assertThatCode(() -> check(Optional.of("."), "tool=bin/tool", "lib=.", "a=b", "a=b=c"))
                .doesNotThrowAnyException();
    }

    @Test
    void nothingNamedIsNothingSent() {
        assertThat(new TaskFiles(directory, Optional.empty(), List.of()).isEmpty()).isTrue();
    }

    @Test
    void whatIsNotThereIsNamed() {
        refuses("gone: no such directory", Optional.of("gone"));
        refuses("tool: no such directory", Optional.of("tool"));
        refuses("gone: no such file", Optional.empty(), "gone");
        refuses("gone: no such file", Optional.empty(), "gone=x");
    }

    @Test
    void nothingIsMeantByAnEmptyName() {
        refuses("--file '': must be PATH or PATH=NAME", Optional.empty(), "");
        refuses("--file tool=: the name after = is empty", Optional.empty(), "tool=");
    }

    @Test
    void aNameMustBeFreeAndInside() {
        refuses("tool: two different files have this name", Optional.of("."), "a=b=tool");
        refuses(
                "../x: a name in the tasks' directory is relative and has no \"..\"",
                Optional.empty(),
                "tool=../x");
    }
}
