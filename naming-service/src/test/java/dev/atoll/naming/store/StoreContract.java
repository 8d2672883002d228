package dev.atoll.naming.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** What every store must do with keys and transactions. */
public abstract class StoreContract {
    /** The store under test, empty at the start of each test. */
    protected Store store;

    /** Opens an empty store. */
    protected abstract Store open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void get_nothing_isEmpty() {
        assertThat(store.get("/none")).isEmpty();
    }

    @Test
    void commit_newKey_beginsItsHistory() {
        long revision = put("/a", "1");

        assertThat(store.get("/a")).contains(new Entry("/a", bytes("1"), revision, revision, 1, 0));
        assertThat(store.revision()).isEqualTo(revision);
    }

    @Test
    void commit_again_countsVersionsAndKeepsTheCreateRevision() {
        long first = put("/a", "1");
        long second = put("/a", "2");

        assertThat(second).isEqualTo(first + 1);
        assertThat(store.get("/a")).contains(new Entry("/a", bytes("2"), first, second, 2, 0));
    }

    @Test
    void commit_afterDelete_beginsANewHistory() {
        put("/a", "1");
        put("/a", "2");
        commit(Txn.builder().delete("/a").build());
        assertThat(store.get("/a")).isEmpty();

        long again = put("/a", "3");

        assertThat(store.get("/a")).contains(new Entry("/a", bytes("3"), again, again, 1, 0));
    }

    @Test
    void commit_manyWrites_haveOneRevision() {
        put("/old", "x");
        long revision =
                commit(
                        Txn.builder()
                                .put("/a", bytes("1"))
                                .put("/b", bytes("2"))
                                .delete("/old")
                                .build());

        assertThat(store.list("/", "", 10).entries())
                .extracting(Entry::key, Entry::modRevision)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("/a", revision),
                        org.assertj.core.groups.Tuple.tuple("/b", revision));
    }

    @Test
    void commit_emptyValue_isAValue() {
        put("/a", "");

        assertThat(store.get("/a")).map(Entry::value).contains(ByteString.EMPTY);
    }

    @Test
    void compare_eachKind_holdsOrFails() {
        long created = put("/a", "1");
        long modified = put("/a", "2");

        assertHolds(new Compare.CreateRevision("/a", created));
        assertHolds(new Compare.ModRevision("/a", modified));
        assertHolds(new Compare.Version("/a", 2));
        assertHolds(new Compare.Absent("/b"));
        assertHolds(new Compare.CreateRevision("/b", 0));
        assertHolds(new Compare.ModRevision("/b", 0));
        assertHolds(new Compare.Version("/b", 0));
        assertFails(new Compare.CreateRevision("/a", modified));
        assertFails(new Compare.ModRevision("/a", created));
        assertFails(new Compare.Version("/a", 1));
        assertFails(new Compare.Absent("/a"));
        assertFails(new Compare.CreateRevision("/b", created));
    }

    @Test
    void commit_oneCompareFails_nothingIsWrittenAndTheTruthIsTold() {
        long revision = put("/a", "1");
        Txn txn =
                Txn.builder()
                        .when(new Compare.Version("/a", 1))
                        .when(new Compare.Version("/b", 1))
                        .put("/b", bytes("x"))
                        .delete("/a")
                        .build();

        CommitOutcome outcome = store.commit(txn);

        assertThat(outcome).isInstanceOf(CommitOutcome.CompareFailed.class);
        assertThat(((CommitOutcome.CompareFailed) outcome).found())
                .containsOnlyKeys("/a")
                .containsValue(new Entry("/a", bytes("1"), revision, revision, 1, 0));
        assertThat(store.get("/b")).isEmpty();
        assertThat(store.get("/a")).isPresent();
    }

    @Test
    void commit_nothingToWrite_isCommitted() {
        put("/a", "1");

        assertThat(store.commit(Txn.builder().when(new Compare.Version("/a", 1)).build()))
                .isInstanceOf(CommitOutcome.Committed.class);
        assertThat(store.commit(Txn.builder().delete("/none").build()))
                .isInstanceOf(CommitOutcome.Committed.class);
    }

    @Test
    void commit_fromManyThreads_losesNoUpdate() throws Exception {
        int threads = 8;
        int rounds = 25;
        put("/counter", "0");
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                pool.submit(() -> IntStream.range(0, rounds).forEach(round -> increment()));
            }
        }

        assertThat(store.get("/counter").orElseThrow().value().toStringUtf8())
                .isEqualTo(Integer.toString(threads * rounds));
    }

    @Test
    void commit_atTheLimits_isAccepted() {
        Txn.Builder txn = Txn.builder();
        int keyBytes = "/limit/000".length();
        byte[] value = new byte[Txn.BYTES_MAX / Txn.OPERATIONS_MAX - keyBytes];
        Arrays.fill(value, (byte) 'x');
        for (int i = 0; i < Txn.OPERATIONS_MAX; i++) {
            txn.when(new Compare.Absent(key(i)));
            txn.put(key(i), ByteString.copyFrom(value));
        }

        commit(txn.build());

        List<Entry> found = new ArrayList<>();
        store.scan("/limit/", found::add);
        assertThat(found).hasSize(Txn.OPERATIONS_MAX);
    }

    @Test
    void txn_overALimit_isRefusedWithTheNumbers() {
        Txn.Builder many = Txn.builder();
        IntStream.rangeClosed(0, Txn.OPERATIONS_MAX).forEach(i -> many.delete(key(i)));
        assertThatThrownBy(many::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("128")
                .hasMessageContaining("129");
        assertThatThrownBy(() ->
                        Txn.builder().put("/a", ByteString.copyFrom(new byte[2 << 20])).build())
                .hasMessageContaining("bytes");
        assertThatThrownBy(() -> Txn.builder().put("/a", bytes("1")).delete("/a").build())
                .hasMessageContaining("/a");
        assertThatThrownBy(() -> Txn.builder().delete("a").build()).hasMessageContaining("'/'");
    }

    @Test
    void list_isOrderedBoundedAndStaysUnderThePrefix() {
        for (String key : List.of("/p/c", "/p/a", "/p/b", "/p", "/p0", "/o/z", "/p/a/x", "/q")) {
            put(key, "v");
        }

        Page first = store.list("/p/", "", 2);
        Page second = store.list("/p/", "/p/a/x", 2);

        assertThat(first.entries()).extracting(Entry::key).containsExactly("/p/a", "/p/a/x");
        assertThat(first.more()).isTrue();
        assertThat(second.entries()).extracting(Entry::key).containsExactly("/p/b", "/p/c");
        assertThat(second.more()).isFalse();
        assertThat(store.list("/p/", "/p/c", 2).entries()).isEmpty();
        assertThat(store.list("/none/", "", 2).entries()).isEmpty();
        assertThat(store.list("/p", "", 100).entries()).hasSize(6);
    }

    @Test
    void list_limitOutOfRange_isRefused() {
        assertThatThrownBy(() -> store.list("/", "", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.list("/", "", Page.LIMIT_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void scan_readsOneRevisionWhileOthersWrite() {
        int count = 200;
        IntStream.range(0, count).forEach(i -> put(key(i), "old"));
        long before = store.revision();

        List<Entry> found = new ArrayList<>();
        long revision =
                store.scan(
                        "/limit/",
                        entry -> {
                            if (found.isEmpty()) {
                                put(key(count - 1), "new");
                                put(key(count), "new");
                            }
                            found.add(entry);
                        });

        assertThat(revision).isEqualTo(before);
        assertThat(found).hasSize(count);
        assertThat(found).extracting(entry -> entry.value().toStringUtf8()).containsOnly("old");
        assertThat(found).isSortedAccordingTo(java.util.Comparator.comparing(Entry::key));
    }

    @Test
    void scan_largeValues_allArrive() {
        ByteString value = ByteString.copyFrom(new byte[256 << 10]);
        for (int i = 0; i < 40; i++) {
            commit(Txn.builder().put(key(i), value).build());
        }

        List<Entry> found = new ArrayList<>();
        store.scan("/limit/", found::add);

        assertThat(found).hasSize(40).allMatch(entry -> entry.value().equals(value));
    }

    @Test
    void closed_callsFailAndCommitsAreUnknown() {
        store.close();

        assertThatThrownBy(() -> store.get("/a")).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.commit(Txn.builder().put("/a", bytes("1")).build()))
                .isInstanceOf(CommitOutcome.Unknown.class);
    }

    private void assertHolds(Compare compare) {
        assertThat(store.commit(Txn.builder().when(compare).build()))
                .as(compare.toString())
                .isInstanceOf(CommitOutcome.Committed.class);
    }

    private void assertFails(Compare compare) {
        assertThat(store.commit(Txn.builder().when(compare).put("/x", bytes("x")).build()))
                .as(compare.toString())
                .isInstanceOf(CommitOutcome.CompareFailed.class);
    }

    private void increment() {
        boolean done = false;
        while (!done) {
            Entry now = store.get("/counter").orElseThrow();
            int next = Integer.parseInt(now.value().toStringUtf8()) + 1;
            Txn txn =
                    Txn.builder()
                            .when(new Compare.ModRevision("/counter", now.modRevision()))
                            .put("/counter", bytes(Integer.toString(next)))
                            .build();
            done = store.commit(txn) instanceof CommitOutcome.Committed;
        }
    }

    /** Writes one key and returns the revision. */
    protected final long put(String key, String value) {
        return commit(Txn.builder().put(key, bytes(value)).build());
    }

    /** Commits what must succeed and returns the revision. */
    protected final long commit(Txn txn) {
        CommitOutcome outcome = store.commit(txn);
        assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
        return ((CommitOutcome.Committed) outcome).revision();
    }

    /** The value of a key, as text. */
    protected final Optional<String> value(String key) {
        return store.get(key).map(entry -> entry.value().toStringUtf8());
    }

    /** Text as bytes. */
    protected static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static String key(int number) {
        return "/limit/%03d".formatted(number);
    }
}
