package dev.atoll.worker.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.atoll.core.model.WorkerId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

class StateDirectoryTest {
    @TempDir Path directory;

    @Test
    void aWorkerStaysTheSameAndItsIncarnationGrows() throws IOException {
        WorkerId worker;
        long incarnation;
        String prefix;
        try (StateDirectory state = StateDirectory.open(directory, Optional.empty())) {
            worker = state.worker();
            incarnation = state.incarnation();
            prefix = state.markerPrefix();
        }

        try (StateDirectory state = StateDirectory.open(directory, Optional.empty())) {
            assertThat(state.worker()).isEqualTo(worker);
            assertThat(worker.value()).matches("w-[0-9a-f]{8}");
            assertThat(state.incarnation()).isGreaterThan(incarnation);
            assertThat(state.markerPrefix()).isEqualTo(prefix);
            assertThat(state.incarnationMarkerPrefix()).startsWith(prefix);
        }
    }

    @Test
    void anIdThatIsGivenCounts() throws IOException {
        WorkerId given = new WorkerId("given");

        try (StateDirectory state = StateDirectory.open(directory, Optional.of(given))) {
            assertThat(state.worker()).isEqualTo(given);
        }
    }

    @Test
    void nobodyElseMayEnterIt() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        StateDirectory.open(directory, Optional.empty()).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @Test
    void onlyOneHasIt() throws IOException {
        try (StateDirectory _ = StateDirectory.open(directory, Optional.empty())) {
            assertThatIOException()
                    .isThrownBy(() -> StateDirectory.open(directory, Optional.empty()))
                    .withMessageContaining(directory.toString());
        }
        StateDirectory.open(directory, Optional.empty()).close();
    }
}
