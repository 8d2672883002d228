package dev.atoll.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.runtime.config.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class BearerTokenTest {
    private static final String SECRET = "0123456789abcdef";

    @TempDir Path directory;

    @Test
    void holdsWhatStandsInTheFile() throws IOException {
        Path file = write(SECRET + "\n", "rw-------");

        assertThat(BearerToken.read(file).header()).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void refusesAFileThatOthersMayRead() throws IOException {
        Path file = write(SECRET, "rw----r--");

        assertThatThrownBy(() -> BearerToken.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @CsvSource({
        "rw-------, false, false",
        "r--------, true,  false",
        "r--r-----, true,  false",
        "r--r-----, false, true",
        "rw-rw----, true,  true",
        "r--r--r--, true,  true",
        "rw-----w-, false, true",
    })
    void trustsAGroupOnlyIfRootChoseIt(String permissions, boolean ofRoot, boolean tooWide) {
        assertThat(BearerToken.isTooWide(PosixFilePermissions.fromString(permissions), ofRoot))
                .isEqualTo(tooWide);
    }

    @Test
    void neverShowsTheSecret() {
        assertThat(BearerToken.of(SECRET)).asString().doesNotContain(SECRET);
    }

    private Path write(String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
