package dev.atoll.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class LauncherTest {
    @TempDir private Path directory;

    @Test
    void theCommandIsCalledAtollWhateverItIsCalledElsewhere() throws IOException {
        Path launcher = Files.createFile(directory.resolve("atoll-2"));
        Path bin = directory.resolve("bin");

        Launcher.link(Path.of("/an/older/one"), bin);
        Launcher.link(launcher, bin);
        Launcher.link(launcher, bin);

        assertThat(Files.readSymbolicLink(bin.resolve("atoll"))).isEqualTo(launcher);
    }

    @Test
    void whereItCannotBeWrittenTheWorkerGoesOn() throws IOException {
        Path file = Files.createFile(directory.resolve("bin"));

        Launcher.link(Path.of("/an/atoll"), file);

        assertThat(file).isRegularFile();
    }
}
