package dev.atoll.naming.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.file.FileStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

@Timeout(120)
final class PrefixFeedTest {
    @TempDir private Path directory;

    private FileStore store;
    private PrefixFeed feed;

    @BeforeEach
    void start() throws IOException {
        store = FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {});
        feed = PrefixFeed.start(store, "/f/");
    }

    @AfterEach
    void stop() {
        feed.close();
        store.close();
    }

    @Test
    void view_whileOthersWrite_hasNoGapAndNoDouble() throws InterruptedException {
        int count = 2_000;
        Thread writer =
                Thread.startVirtualThread(
                        () -> IntStream.range(0, count).forEach(i -> put("/f/a", i)));
        List<Integer> seen = new ArrayList<>();
        int views = 0;
        while (seen.isEmpty() || seen.getLast() < count - 1) {
            seen.clear();
            views++;
            try (PrefixView view = PrefixView.open(store, feed, "/f/")) {
                view.entries().forEach(e -> seen.add(number(e.value())));
                while (seen.size() < 50 && (seen.isEmpty() || seen.getLast() < count - 1)) {
                    for (Change change : view.take()) {
                        seen.add(number(((Change.Written) change).entry().value()));
                    }
                }
            }
            assertThat(seen)
                    .isEqualTo(
                            IntStream.rangeClosed(seen.getFirst(), seen.getLast())
                                    .boxed()
                                    .toList());
        }
        writer.join();
        assertThat(views).isPositive();
    }

    @Test
    void subscription_onlyHearsItsOwnPrefix() throws InterruptedException {
        try (PrefixView view = PrefixView.open(store, feed, "/f/b/")) {
            put("/f/a", 1);
            put("/g/b", 2);
            put("/f/b/c", 3);

            assertThat(view.take()).extracting(Change::key).containsExactly("/f/b/c");
        }
    }

    @Test
    void slowTaker_isToldThatItFellBehind_andOthersAreNot() throws InterruptedException {
        try (PrefixView slow = PrefixView.open(store, feed, "/f/");
                PrefixView quick = PrefixView.open(store, feed, "/f/")) {
            int taken = 0;
            for (int i = 0; i < 1_200; i++) {
                put("/f/a", i);
                taken += quick.take().size();
            }
            assertThat(taken).isEqualTo(1_200);
            assertThatThrownBy(slow::take).isInstanceOf(FellBehindException.class);
        }
    }

    @Test
    void size_followsTheStore() {
        IntStream.range(0, 5).forEach(i -> put("/f/" + i, i));
        await().until(() -> feed.size() == 5);
        store.commit(Txn.builder().delete("/f/0").build());
        await().until(() -> feed.size() == 4);
    }

    @Test
    void closed_endsItsViews() throws InterruptedException {
        try (PrefixView before = PrefixView.open(store, feed, "/f/")) {
            feed.close();
            assertThatThrownBy(before::take).isInstanceOf(InterruptedException.class);
        }
        try (PrefixView after = PrefixView.open(store, feed, "/f/")) {
            assertThatThrownBy(after::take).isInstanceOf(InterruptedException.class);
        }
    }

    private void put(String key, int number) {
        ByteString value = ByteString.copyFromUtf8(Integer.toString(number));
        assertThat(store.commit(Txn.builder().put(key, value).build()))
                .isInstanceOf(CommitOutcome.Committed.class);
    }

    private static int number(ByteString value) {
        return Integer.parseInt(value.toStringUtf8());
    }
}
