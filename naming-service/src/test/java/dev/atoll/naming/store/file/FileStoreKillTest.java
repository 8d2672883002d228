package dev.atoll.naming.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.naming.store.Entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** What was acknowledged is there after kill -9, whenever it comes. */
final class FileStoreKillTest {
    private static final int ROUNDS = 8;

    @TempDir private Path directory;

    @Test
    void killedAgainAndAgain_losesNothingThatWasAcknowledged() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<String, Long> acknowledged = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            killAfter(200 + random.nextInt(800), acknowledged);
            try (FileStore store =
                    FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {})) {
                acknowledged.forEach((writer, count) -> assertHas(store, writer, count));
            }
        }
        assertThat(acknowledged).hasSize(CommittingProcess.WRITERS);
    }

    @Test
    void openElsewhere_isRefusedUntilThatProcessIsDead() throws Exception {
        Process child = launch();
        try (BufferedReader output = child.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(output.readLine()).isEqualTo(CommittingProcess.OPEN);
            assertThatThrownBy(() ->
                            FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {}))
                    .hasMessageContaining("in use by process " + child.pid());
        } finally {
            child.destroyForcibly();
        }
        child.onExit().join();

        FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {}).close();
    }

    /** Runs a process until it has acknowledged so many commits, and kills it in the middle. */
    private void killAfter(int commits, Map<String, Long> acknowledged) throws IOException {
        Process child = launch();
        try (BufferedReader output = child.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(output.readLine()).isEqualTo(CommittingProcess.OPEN);
            for (int i = 0; i < commits; i++) {
                note(output.readLine(), acknowledged);
            }
            // Through its handle: the process object would throw away what is still to be read.
            assertThat(child.toHandle().destroyForcibly()).isTrue();
            // What was printed before the kill was acknowledged as well.
            String line = output.readLine();
            while (line != null) {
                note(line, acknowledged);
                line = output.readLine();
            }
        } finally {
            child.destroyForcibly();
        }
        child.onExit().join();
    }

    private static void note(String line, Map<String, Long> acknowledged) {
        String[] parts = line.split(" ");
        if (parts.length == 2) {
            acknowledged.merge(parts[0], Long.valueOf(parts[1]), Math::max);
        }
    }

    private static void assertHas(FileStore store, String writer, long acknowledged) {
        Entry left = store.get("/left/" + writer).orElseThrow();
        Entry right = store.get("/right/" + writer).orElseThrow();
        long count = Long.parseLong(left.value().toStringUtf8());
        // One more may have become durable without a chance to say so.
        assertThat(count).isBetween(acknowledged, acknowledged + 1);
        assertThat(left.version()).isEqualTo(count);
        assertThat(right.value()).isEqualTo(left.value());
        assertThat(right.modRevision()).isEqualTo(left.modRevision());
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommittingProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
