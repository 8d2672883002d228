package dev.atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.client.OutputChunk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

class ResultTargetTest {
    @TempDir private Path directory;

    @Test
    void aFileAppearsWhenItIsComplete() throws Exception {
        Path file = directory.resolve("result");
        Files.writeString(file, "old");
        try (ResultTarget target = ResultTarget.named(file.toString())) {
            target.write(chunk(0, "new ", true));
            target.write(chunk(1, "result", true));
            assertThat(file).hasContent("old");
            target.complete();
        }
        assertThat(file).hasContent("new result");
        assertThat(names()).containsExactly("result");
    }

    @Test
    void aLinkIsFollowedAndTheModeOfAFileIsKept() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

        writeWhole(link, "new");

        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aPipeStaysAPipeAndIsWrittenTo() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        CompletableFuture<String> read =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return Files.readString(pipe);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });

        ResultTarget.check(pipe.toString());
        writeWhole(pipe, "through");

        assertThat(read).succeedsWithin(Duration.ofMinutes(1)).isEqualTo("through");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    private static void writeWhole(Path path, String content) throws Exception {
        try (ResultTarget target = ResultTarget.named(path.toString())) {
            target.write(chunk(0, content, true));
            target.complete();
        }
    }

    @Test
    void anUnfinishedFileIsNotLeftBehind() throws Exception {
        try (ResultTarget target = ResultTarget.named(directory.resolve("result").toString())) {
            target.write(chunk(0, "half", false));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aDirectoryHoldsAFileForEachTask() throws Exception {
        Path results = directory.resolve("results");
        try (ResultTarget target = ResultTarget.named(results + "/")) {
            target.write(chunk(0, "a", false));
            target.write(chunk(0, "b", true));
            target.write(chunk(2, "", true));
            target.write(chunk(10, "cut off", false));
        }
        assertThat(results.resolve("00000000")).hasContent("ab");
        assertThat(results.resolve("00000002")).isEmptyFile();
        assertThat(results.resolve("00000010")).doesNotExist();
    }

    @Test
    void aPlaceThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> ResultTarget.named(directory.resolve("a/b").toString()))
                .hasMessageContaining("the directory does not exist");
    }

    private Stream<String> names() throws Exception {
        return Files.list(directory).map(path -> path.getFileName().toString());
    }

    private static OutputChunk chunk(int index, String text, boolean last) {
        return new OutputChunk(
                index,
                OutputChunk.Stream.STDOUT,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
                last);
    }
}
