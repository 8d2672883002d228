package dev.atoll.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class WorkplacesTest {
    @TempDir Path directory;

    @AfterEach
    void removeWhatJavaCannot() throws Exception {
        shell("rm -rf workplaces");
    }

    @Test
    void nobodyFindsWhatAnotherLeft() throws Exception {
        Workplaces workplaces = open();
        Path first = workplaces.take();
        shell("mkdir -p workplaces/1/a/b && touch workplaces/1/a/b/c && ln -s / workplaces/1/root");

        workplaces.giveBack(first);

        assertThat(workplaces.take()).isEmptyDirectory();
        assertThat(Path.of("/usr")).isDirectory();
    }

    @Test
    void oneThatStayedEmptyIsUsedAgain() throws Exception {
        Workplaces workplaces = open();
        Path first = workplaces.take();
        workplaces.giveBack(first);

        assertThat(workplaces.take()).isEqualTo(first);
    }

    @Test
    void aTaskThatLocksItsDirectoriesStopsNobody() throws Exception {
        Workplaces workplaces = open();
        Path locked = workplaces.take();
        shell("cd workplaces/1 && mkdir -p a/b/c && chmod 000 a/b/c a/b a .");
        workplaces.giveBack(locked);
        assertThat(workplaces.take()).isEmptyDirectory();
        assertThat(locked).doesNotExist();

        shell("cd workplaces/2 && mkdir -p a/b/c && chmod 000 a/b/c a/b a .. .");
        assertThat(open().take()).isEmptyDirectory();
        assertThat(directory.resolve("workplaces/2")).doesNotExist();
    }

    @Test
    void whatCannotBeDeletedStopsNobody() throws Exception {
        Workplaces workplaces = open();
        Path deep = workplaces.take();
        // So deep that its path is longer than the system takes.
        String name = "d".repeat(200);
        shell(
                "cd workplaces/1; i=0; while [ $i -lt 30 ]; do mkdir %s; cd -P %s; i=$((i+1)); done"
                        .formatted(name, name));
        workplaces.giveBack(deep);
        assertThat(workplaces.take()).isEmptyDirectory();

        Workplaces next = open();
        assertThat(next.take()).isEmptyDirectory();
        assertThat(next.take()).isEmptyDirectory();
    }

    private Workplaces open() throws IOException {
        return Workplaces.open(directory.resolve("workplaces"));
    }

    private void shell(String script) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("sh", "-c", script)
                        .directory(directory.toFile())
                        .inheritIO()
                        .start()
                        .waitFor();
        assertThat(code).isZero();
        assertThat(Files.isDirectory(directory)).isTrue();
    }
}
