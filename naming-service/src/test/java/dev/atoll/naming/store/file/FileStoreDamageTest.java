package dev.atoll.naming.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Txn;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What the file store makes of files that are not as they were left. */
final class FileStoreDamageTest {
    private static final int COMMITS = 12;

    /** Held on to, because the logging of the JDK forgets loggers that nobody holds. */
    private static final Logger QUIET = Logger.getLogger(FileStore.class.getPackageName());

    @TempDir private Path home;

    private Path original;
    private Path log;

    /** How long the log was after each commit. */
    private final List<Long> ends = new ArrayList<>();

    @BeforeAll
    static void beQuiet() {
        // Hundreds of stores are opened and cut here, and each would say so.
        QUIET.setLevel(Level.SEVERE);
    }

    @AfterAll
    static void beLoudAgain() {
        QUIET.setLevel(null);
    }

    @BeforeEach
    void writeSome() throws IOException {
        original = home.resolve("original");
        try (FileStore store = open(original)) {
            log = original.resolve("log.0000000001");
            ends.add(Files.size(log));
            for (int i = 1; i <= COMMITS; i++) {
                // Of different lengths, and beyond a sector, so that frames lie across boundaries.
                put(store, i, "x".repeat(i * 37));
                ends.add(Files.size(log));
            }
        }
    }

    @Test
    void lastFrame_cutAtEveryByte_isDroppedAndAllBeforeItIsThere() throws IOException {
        long before = ends.get(COMMITS - 1);
        long end = ends.get(COMMITS);
        for (long cut = before; cut < end; cut++) {
            Path copy = copy("cut" + cut);
            truncate(copy.resolve(log.getFileName()), cut);

            try (FileStore store = open(copy)) {
                assertHas(store, COMMITS - 1);
                put(store, COMMITS, "again");
            }
            try (FileStore store = open(copy)) {
                assertThat(store.get("/k" + COMMITS).orElseThrow().value().toStringUtf8())
                        .isEqualTo("again");
                assertThat(store.revision()).isEqualTo(COMMITS);
            }
        }
    }

    @Test
    void lastFrame_sectorsNeverWritten_isDropped() throws IOException {
        long before = ends.get(COMMITS - 1);
        long end = ends.get(COMMITS);
        long boundary = (before / Frame.SECTOR_BYTES + 1) * Frame.SECTOR_BYTES;
        assertThat(boundary).isLessThan(end);

        assertThat(openWithZeros("head", before, boundary)).isEqualTo(COMMITS - 1);
        assertThat(openWithZeros("tail", boundary, end)).isEqualTo(COMMITS - 1);
        assertThat(openWithZeros("all", before, end)).isEqualTo(COMMITS - 1);
    }

    @Test
    void sectorsLost_beforeTheLastFrame_areRefused() throws IOException {
        long last = ends.get(COMMITS - 1);
        for (long sector = 0; sector + Frame.SECTOR_BYTES <= last; sector += Frame.SECTOR_BYTES) {
            long from = sector;
            assertThatThrownBy(() -> openWithZeros("one" + from, from, from + Frame.SECTOR_BYTES))
                    .as("sector at " + from)
                    .isInstanceOf(CorruptStoreException.class);
            assertThatThrownBy(() -> openWithZeros("all" + from, from, last))
                    .as("everything from " + from)
                    .isInstanceOf(CorruptStoreException.class);
        }
    }

    @Test
    void anyBitTurned_anywhere_isRefused() throws IOException {
        Path copy = copy("turned");
        Path damaged = copy.resolve(log.getFileName());
        byte[] whole = Files.readAllBytes(log);
        for (int i = 0; i < whole.length; i++) {
            write(damaged, i, whole[i] ^ 0x10);

            assertThatThrownBy(() -> new Generations(copy).open())
                    .as("byte " + i)
                    .isInstanceOf(CorruptStoreException.class)
                    .hasMessageContaining(damaged.toString());
            write(damaged, i, whole[i]);
        }
        try (FileStore store = open(copy)) {
            assertHas(store, COMMITS);
        }
    }

    @Test
    void cutBeforeTheEndAndGoneOn_isRefused() throws IOException {
        // A hole in the middle: frames of the original after a stretch that is missing.
        byte[] whole = Files.readAllBytes(log);
        int from = Math.toIntExact(ends.get(4));
        int to = Math.toIntExact(ends.get(5));
        byte[] hole = new byte[whole.length - (to - from)];
        System.arraycopy(whole, 0, hole, 0, from);
        System.arraycopy(whole, to, hole, from, whole.length - to);
        Path copy = copy("hole");
        Files.write(copy.resolve(log.getFileName()), hole);

        assertThatThrownBy(() -> open(copy)).isInstanceOf(CorruptStoreException.class);
    }

    @Test
    void snapshotDamagedOrGone_isRefused() throws IOException {
        String snapshot = "snapshot.0000000001";
        Path damaged = copy("damaged");
        byte[] bytes = Files.readAllBytes(damaged.resolve(snapshot));
        bytes[bytes.length - 2] ^= 1;
        Files.write(damaged.resolve(snapshot), bytes);
        assertThatThrownBy(() -> open(damaged)).isInstanceOf(CorruptStoreException.class);

        Path cut = copy("short");
        truncate(cut.resolve(snapshot), bytes.length - 1L);
        assertThatThrownBy(() -> open(cut)).isInstanceOf(CorruptStoreException.class);

        Path gone = copy("gone");
        Files.delete(gone.resolve(snapshot));
        assertThatThrownBy(() -> open(gone))
                .isInstanceOf(CorruptStoreException.class)
                .hasMessageContaining("snapshot");

        Path logless = copy("logless");
        Files.delete(logless.resolve(log.getFileName()));
        assertThatThrownBy(() -> open(logless))
                .isInstanceOf(CorruptStoreException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void refusedDirectory_isLeftAsItWas() throws IOException {
        Path copy = copy("refused");
        Path damaged = copy.resolve(log.getFileName());
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[100] ^= 1;
        Files.write(damaged, bytes);

        assertThatThrownBy(() -> open(copy)).isInstanceOf(CorruptStoreException.class);

        assertThat(Files.readAllBytes(damaged)).isEqualTo(bytes);
    }

    private long openWithZeros(String name, long from, long to) throws IOException {
        Path copy = copy(name);
        byte[] bytes = Files.readAllBytes(log);
        for (long i = from; i < to; i++) {
            bytes[(int) i] = 0;
        }
        Files.write(copy.resolve(log.getFileName()), bytes);
        try (FileStore store = open(copy)) {
            return store.revision();
        }
    }

    private static FileStore open(Path directory) throws IOException {
        return FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {});
    }

    private static void put(FileStore store, int number, String value) {
        Txn txn =
                Txn.builder()
                        .put("/k" + number, ByteString.copyFromUtf8(value))
                        .put("/last", ByteString.copyFromUtf8(Integer.toString(number)))
                        .build();
        assertThat(store.commit(txn)).isInstanceOf(CommitOutcome.Committed.class);
    }

    private static void assertHas(FileStore store, int commits) {
        assertThat(store.revision()).isEqualTo(commits);
        assertThat(store.get("/last").map(Entry::value))
                .contains(ByteString.copyFromUtf8(Integer.toString(commits)));
        assertThat(store.list("/k", "", 1_000).entries()).hasSize(commits);
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(home.resolve(name));
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static void write(Path file, long offset, int value) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(offset);
            opened.write(value);
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(length);
        }
    }
}
