package dev.atoll.naming.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreLifetimeContract;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.WatchNotice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** The store on files keeps the contract. */
final class FileStoreTest extends StoreLifetimeContract {
    @TempDir private Path directory;

    @Override
    protected Store open() throws IOException {
        return FileStore.open(directory, FileStore.Settings.DEFAULT, FileStoreTest::mustNotBreak);
    }

    @Test
    void watch_thatTimedOut_hearsNothingEver() throws Exception {
        FileStore.Settings impatient =
                FileStore.Settings.DEFAULT.withTimeout(Duration.ofSeconds(2));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<WatchNotice> heard = new CopyOnWriteArrayList<>();
        try (FileStore store =
                FileStore.open(
                        directory.resolve("impatient"), impatient, FileStoreTest::mustNotBreak)) {
            // Keeps the store's thread for as long as the test needs it.
            store.watch(
                    "/busy",
                    1,
                    _ -> {
                        busy.countDown();
                        awaitUnchecked(goOn);
                    });
            CompletableFuture<CommitOutcome> commit =
                    CompletableFuture.supplyAsync(() -> store.commit(put("/busy")));
            busy.await();

            assertThatThrownBy(() -> store.watch("/late", 1, heard::add))
                    .isInstanceOf(StoreUnavailableException.class);
            goOn.countDown();
            commit.join();
            assertThat(store.commit(put("/late"))).isInstanceOf(CommitOutcome.Committed.class);

            assertThat(heard).isEmpty();
        }
    }

    private static Txn put(String key) {
        return Txn.builder().put(key, ByteString.copyFromUtf8("value")).build();
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void mustNotBreak(Exception broken) {
        throw new AssertionError(broken);
    }
}
