package dev.atoll.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.core.model.SharedPart;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

class SharedInputTest {
    @TempDir private Path directory;
    private Path file;
    private Instant modified;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("log"), "one\ntwo\nthree\n");
        modified = Files.getLastModifiedTime(file).toInstant();
    }

    private SharedPart part(long offset, long size) {
        return new SharedPart(file.toString(), offset, size, 14, modified);
    }

    private static String read(FedInput input) throws IOException {
        StringBuilder read = new StringBuilder();
        input.source().read(bytes -> read.append(StandardCharsets.UTF_8.decode(bytes)));
        return read.toString();
    }

    @Test
    void aTaskReadsItsPart() throws IOException {
        assertThat(read(SharedInput.of(part(4, 4)))).isEqualTo("two\n");
        assertThat(read(SharedInput.of(part(0, 14)))).isEqualTo("one\ntwo\nthree\n");
        assertThat(read(SharedInput.of(part(14, 0)))).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws IOException {
        Files.delete(file);
        assertThatThrownBy(() -> SharedInput.of(part(0, 4)))
                .hasMessage(file + " is not there on this worker");

        Files.createDirectory(file);
        assertThatThrownBy(() -> SharedInput.of(part(0, 4)))
                .hasMessage(file + " is no file on this worker");
    }

    @Test
    void anotherFileIsNotReadInItsPlace() throws IOException {
        Files.writeString(file, "one\ntwo\n");
        Files.setLastModifiedTime(file, FileTime.from(modified));
        assertThatThrownBy(() -> SharedInput.of(part(0, 4)))
                .hasMessageContaining("is not the same on this worker: 8 bytes of");

        Files.writeString(file, "one\ntwo\nTHREE\n");
        Files.setLastModifiedTime(file, FileTime.from(modified.plus(Duration.ofSeconds(1))));
        assertThatThrownBy(() -> SharedInput.of(part(0, 4)))
                .hasMessageContaining("is not the same on this worker");
    }

    @Test
    void whatChangesWhileItIsReadIsNoInput() throws IOException {
        FedInput input = SharedInput.of(part(0, 14));
        Files.writeString(file, "one\n");

        assertThatThrownBy(() -> read(input)).isInstanceOf(IOException.class);
    }
}
