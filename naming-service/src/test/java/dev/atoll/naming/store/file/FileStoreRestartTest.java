package dev.atoll.naming.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Notices;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.WatchNotice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What of a file store is there again after a restart. */
final class FileStoreRestartTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** So small that a new generation begins every few commits. */
    private static final FileStore.Settings SMALL =
            new FileStore.Settings(Duration.ofSeconds(10), 4_096, 10_000);

    @TempDir private Path directory;

    @Test
    void restart_keepsEntriesRevisionsAndLeases() throws IOException {
        List<Entry> before = new ArrayList<>();
        long revision;
        Lease lease;
        Lease ended;
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            lease = store.grant(LONG);
            ended = store.grant(LONG);
            put(store, "/a", "1", 0);
            put(store, "/a", "2", 0);
            put(store, "/b", "1", lease.id());
            put(store, "/c", "1", ended.id());
            store.commit(Txn.builder().delete("/a").build());
            put(store, "/a", "3", lease.id());
            store.revoke(ended.id());
            revision = store.revision();
            store.scan("/", before::add);
        }
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            List<Entry> after = new ArrayList<>();
            assertThat(store.scan("/", after::add)).isEqualTo(revision);
            assertThat(after).isEqualTo(before);
            assertThat(store.keepAlive(ended.id())).isEmpty();
            assertThat(store.keepAlive(lease.id())).contains(lease);

            store.revoke(lease.id());
            assertThat(store.list("/", "", 10).entries()).isEmpty();
            assertThat(store.revision()).isEqualTo(revision + 1);
        }
    }

    @Test
    void restart_watchFromBefore_isCompacted() throws IOException {
        long from;
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            from = put(store, "/a", "1", 0);
        }
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            Notices notices = new Notices();
            store.watch("/", from, notices);
            notices.awaitNotice(notice -> notice instanceof WatchNotice.Compacted);
        }
    }

    @Test
    void history_isBounded() throws IOException {
        FileStore.Settings shortHistory =
                new FileStore.Settings(Duration.ofSeconds(10), 1 << 20, 3);
        try (FileStore store = open(shortHistory)) {
            long from = put(store, "/a", "1", 0);
            put(store, "/a", "2", 0);
            put(store, "/a", "3", 0);
            put(store, "/a", "4", 0);
            Notices early = new Notices();
            Notices late = new Notices();
            store.watch("/", from, early);
            store.watch("/", from + 1, late);
            late.awaitChanges(3);

            assertThat(late.story()).containsExactly("/a=2", "/a=3", "/a=4");
            assertThat(early.all()).containsExactly(new WatchNotice.Compacted(from + 1));
        }
    }

    @Test
    void largeLog_isReplacedByASnapshot_andNothingIsLost() throws IOException {
        try (FileStore store = open(SMALL)) {
            Lease lease = store.grant(LONG);
            for (int i = 0; i < 500; i++) {
                put(store, "/k" + i % 20, Integer.toString(i), i % 3 == 0 ? lease.id() : 0);
            }
        }

        assertThat(names()).hasSize(3).contains("lock").noneMatch(name -> name.endsWith("0001"));
        try (FileStore store = open(SMALL)) {
            assertThat(store.revision()).isEqualTo(500);
            for (int i = 480; i < 500; i++) {
                Entry entry = store.get("/k" + i % 20).orElseThrow();
                assertThat(entry.value().toStringUtf8()).isEqualTo(Integer.toString(i));
                assertThat(entry.version()).isEqualTo(25);
            }
        }
    }

    @Test
    void crashWhileAGenerationBegins_leavesTheOneBefore() throws IOException {
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            put(store, "/a", "1", 0);
        }
        Files.write(directory.resolve("snapshot.0000000002.new"), new byte[] {1, 2, 3});
        Files.write(directory.resolve("log.0000000002"), new byte[] {1, 2, 3});

        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            assertThat(store.get("/a")).isPresent();
        }

        assertThat(names())
                .containsExactlyInAnyOrder("lock", "snapshot.0000000001", "log.0000000001");
    }

    @Test
    void crashAfterAGenerationBegan_goesOnWithIt() throws IOException {
        byte[] oldLog;
        byte[] oldSnapshot;
        try (FileStore store = open(SMALL)) {
            put(store, "/a", "1", 0);
            oldLog = Files.readAllBytes(directory.resolve("log.0000000001"));
            oldSnapshot = Files.readAllBytes(directory.resolve("snapshot.0000000001"));
            put(store, "/b", "x".repeat(8_192), 0);
            put(store, "/c", "3", 0);
        }
        assertThat(names()).doesNotContain("log.0000000001");
        Files.write(directory.resolve("log.0000000001"), oldLog);
        Files.write(directory.resolve("snapshot.0000000001"), oldSnapshot);

        try (FileStore store = open(SMALL)) {
            assertThat(store.revision()).isEqualTo(3);
            assertThat(store.get("/c")).isPresent();
        }

        assertThat(names()).hasSize(3).doesNotContain("log.0000000001");
    }

    @Test
    void crashBeforeTheFirstGeneration_beginsIt() throws IOException {
        Generations generations = new Generations(directory);
        generations.open().log().close();
        Files.delete(directory.resolve("snapshot.0000000001"));

        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            assertThat(put(store, "/a", "1", 0)).isEqualTo(1);
        }
    }

    @Test
    void openTwice_isRefusedWithTheHolder() throws IOException {
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            assertThatThrownBy(() -> open(FileStore.Settings.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
            put(store, "/a", "1", 0);
        }
        try (FileStore store = open(FileStore.Settings.DEFAULT)) {
            assertThat(store.get("/a")).isPresent();
        }
    }

    private FileStore open(FileStore.Settings settings) throws IOException {
        return FileStore.open(directory, settings, broken -> {});
    }

    private static long put(FileStore store, String key, String value, long leaseId) {
        CommitOutcome outcome =
                store.commit(
                        Txn.builder().put(key, ByteString.copyFromUtf8(value), leaseId).build());
        assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
        return ((CommitOutcome.Committed) outcome).revision();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
