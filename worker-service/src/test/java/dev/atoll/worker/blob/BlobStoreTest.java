package dev.atoll.worker.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atoll.core.model.BlobRef;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class BlobStoreTest {
    @TempDir Path directory;

    @Test
    void givesBackWhatWasWrittenAlsoAfterARestart() throws IOException {
        BlobRef blob = write(BlobStore.open(directory, 1_000), "hello");

        BlobStore store = BlobStore.open(directory, 1_000);

        assertThat(store.has(blob)).isTrue();
        assertThat(store.sizeBytes()).isEqualTo(5);
        assertThat(read(store, blob)).isEqualTo("hello");
    }

    @Test
    void whatIsKeptIsNeverEvicted_alsoAfterARestart_untilItIsReleased() throws IOException {
        BlobStore store = BlobStore.open(directory, 10);
        BlobRef kept = ref("for a file");
        try (BlobWriter writer = store.writeKept(kept)) {
            writer.write(ByteBuffer.wrap("for a file".getBytes(UTF_8)));
            writer.commit();
        }
        BlobRef cached = write(store, "12345678");
        assertThat(store.keep(List.of(cached, ref("nowhere")))).containsExactly(ref("nowhere"));
        assertThat(store.keptBytes()).isEqualTo(18);
        assertThat(store.sizeBytes()).isZero();
        // It needs no room among the uploads either.
        assertThat(store.expect(kept)).isTrue();
        try (BlobWriter writer = store.upload(ref("abc"))) {
            writer.write(ByteBuffer.wrap("abc".getBytes(UTF_8)));
        }

        store = BlobStore.open(directory, 10);
        BlobRef first = write(store, "abcdefg");
        BlobRef second = write(store, "hijklmn");
        assertThat(store.has(first)).isFalse();
        assertThat(store.has(second)).isTrue();
        assertThat(read(store, kept)).isEqualTo("for a file");
        assertThat(store.keptAfter("", 10)).containsExactlyInAnyOrder(kept, cached);

        store.release(List.of(kept, cached), Duration.ofHours(1));
        assertThat(store.keptBytes()).isEqualTo(18);
        store.release(List.of(kept, cached), Duration.ZERO);
        assertThat(store.keptBytes()).isZero();
        assertThat(store.sizeBytes()).isLessThanOrEqualTo(10);
    }

    @Test
    void keptBlobThatIsDamagedIsForgottenWithItsMark() throws IOException {
        BlobStore store = BlobStore.open(directory, 1_000);
        BlobRef blob = write(store, "hello");
        assertThat(store.keep(List.of(blob))).isEmpty();
        Files.delete(file(blob));
        Files.writeString(file(blob), "hallo");

        assertDamaged(store, blob);

        assertThat(store.keptBytes()).isZero();
        assertThat(store.keptAfter("", 10)).isEmpty();
        assertThat(store.keep(List.of(blob))).containsExactly(blob);
    }

    @Test
    void keepsEmptyBlobs() throws IOException {
        BlobStore store = BlobStore.open(directory, 1_000);

        assertThat(read(store, write(store, ""))).isEmpty();
    }

    @Test
    void refusesBytesThatAreNotTheBlobs() throws IOException {
        BlobStore store = BlobStore.open(directory, 1_000);
        BlobRef blob = ref("hello");

        for (String other : List.of("hell", "hallo", "hello!")) {
            try (BlobWriter writer = store.write(blob)) {
                assertThatExceptionOfType(BlobDamagedException.class)
                        .isThrownBy(() -> {
                            writer.write(ByteBuffer.wrap(other.getBytes(UTF_8)));
                            writer.commit();
                        });
            }
        }

        assertThat(store.has(blob)).isFalse();
        assertThat(Files.list(directory.resolve("incoming"))).isEmpty();
    }

    @Test
    void doesNotTakeABlobForOneOfAnotherSize() throws IOException {
        BlobStore store = BlobStore.open(directory, 1_000);
        BlobRef blob = write(store, "hello");
        BlobRef other = new BlobRef(blob.sha256(), 6);

        assertThat(store.has(other)).isFalse();
        assertThat(store.open(other)).isEmpty();
    }

    @Test
    void noticesDamageDoneWhileItWasDown() throws IOException {
        BlobRef blob = write(BlobStore.open(directory, 1_000), "hello");
        Files.writeString(file(blob), "hallo");

        assertDamaged(BlobStore.open(directory, 1_000), blob);
    }

    @Test
    void noticesDamageDoneWhileItRuns() throws IOException {
        BlobStore store = BlobStore.open(directory, 1_000);
        BlobRef blob = write(store, "hello");
        Files.writeString(file(blob), "hello, world");

        assertDamaged(store, blob);
    }

    @Test
    void forgetsWhatWasNotUsedForLongest() throws IOException {
        BlobStore store = BlobStore.open(directory, 10);
        BlobRef first = write(store, "11111");
        BlobRef second = write(store, "22222");
        read(store, first);

        BlobRef third = write(store, "33333");

        assertThat(store.has(second)).isFalse();
        assertThat(store.has(first)).isTrue();
        assertThat(store.has(third)).isTrue();
        assertThat(file(second)).doesNotExist();
    }

    @Test
    void refusesUploadsRatherThanForgetOthersThatNothingHasRead() throws IOException {
        BlobStore store = BlobStore.open(directory, 10);
        BlobRef fetched = write(store, "00000");
        BlobRef first = upload(store, "11111");
        BlobRef second = upload(store, "22222");
        assertThat(store.has(fetched)).isFalse();

        assertThatExceptionOfType(BlobsFullException.class)
                .isThrownBy(() -> upload(store, "33333"));
        // What a task needs is fetched all the same.
        BlobRef needed = write(store, "44444");
        assertThat(store.has(first)).isTrue();
        assertThat(read(store, needed)).isEqualTo("44444");

        assertThat(read(store, first)).isEqualTo("11111");
        BlobRef third = upload(store, "33333");
        assertThat(store.has(first)).isFalse();
        assertThat(store.has(second)).isTrue();
        assertThat(store.has(third)).isTrue();
    }

    @Test
    void whatIsNotUploadedAgainBecauseItIsHereCountsAsUploaded() throws IOException {
        BlobStore store = BlobStore.open(directory, 10);
        BlobRef first = upload(store, "11111");
        assertThat(read(store, first)).isEqualTo("11111");

        assertThat(store.expect(first)).isTrue();
        upload(store, "22222");

        assertThatExceptionOfType(BlobsFullException.class)
                .isThrownBy(() -> upload(store, "33333"));
        assertThat(store.has(first)).isTrue();
    }

    @Test
    void uploadsThatNobodyEverReadsMakeRoomInTheEnd() throws IOException {
        AtomicLong nanos = new AtomicLong();
        BlobStore store = BlobStore.open(directory, 10, nanos::get);
        BlobRef abandoned = upload(store, "1111111");

        nanos.addAndGet(UnreadUploads.AGE_MAX.toNanos());
        BlobRef fresh = upload(store, "2222222");

        assertThat(store.has(abandoned)).isFalse();
        assertThat(store.has(fresh)).isTrue();
    }

    @Test
    void keepsWhatIsInUse() throws IOException {
        BlobStore store = BlobStore.open(directory, 10);
        BlobRef used = write(store, "11111");
        try (PinnedBlob pinned = store.open(used).orElseThrow()) {
            write(store, "22222");
            write(store, "33333");

            assertThat(pinned.file()).hasContent("11111");
        }

        write(store, "44444");
        assertThat(store.has(used)).isFalse();
    }

    @Test
    void fetchesWhatIsMissingOnceForAll() throws Exception {
        BlobStore store = BlobStore.open(directory, 1_000);
        AtomicInteger fetches = new AtomicInteger();
        CountDownLatch wanted = new CountDownLatch(1);
        BlobCache cache =
                new BlobCache(
                        store,
                        (_, receiver) -> {
                            fetches.incrementAndGet();
                            await(wanted);
                            receiver.accept(ByteBuffer.wrap("far".getBytes(UTF_8)));
                            receiver.accept(ByteBuffer.wrap("away".getBytes(UTF_8)));
                        });
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> openUnchecked(cache, ref("faraway"))));
        }

        wanted.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(fetches).hasValue(1);
        assertThat(read(store, ref("faraway"))).isEqualTo("faraway");
    }

    @Test
    void fetchesADamagedBlobAnew() throws IOException {
        BlobRef blob = write(BlobStore.open(directory, 1_000), "hello");
        Files.writeString(file(blob), "hallo");
        BlobStore store = BlobStore.open(directory, 1_000);
        BlobCache cache =
                new BlobCache(
                        store,
                        (_, receiver) -> receiver.accept(ByteBuffer.wrap("hello".getBytes(UTF_8))));

        cache.open(blob).close();

        assertThat(read(store, blob)).isEqualTo("hello");
    }

    @Test
    void doesNotBelieveASourceThatSendsSomethingElse() throws IOException {
        BlobCache cache =
                new BlobCache(
                        BlobStore.open(directory, 1_000),
                        (_, receiver) -> receiver.accept(ByteBuffer.wrap("wrong".getBytes(UTF_8))));

        assertThatIOException().isThrownBy(() -> cache.open(ref("right")));
    }

    private static void assertDamaged(BlobStore store, BlobRef blob) throws IOException {
        assertThatExceptionOfType(BlobDamagedException.class).isThrownBy(() -> store.open(blob));
        assertThat(store.has(blob)).isFalse();
        assertThat(store.open(blob)).isEmpty();
    }

    private static void openUnchecked(BlobCache cache, BlobRef blob) {
        try {
            cache.open(blob).close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BlobRef write(BlobStore store, String text) throws IOException {
        return complete(store.write(ref(text)), text);
    }

    private static BlobRef upload(BlobStore store, String text) throws IOException {
        return complete(store.upload(ref(text)), text);
    }

    private static BlobRef complete(BlobWriter begun, String text) throws IOException {
        try (BlobWriter writer = begun) {
            writer.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
            writer.commit();
        }
        return ref(text);
    }

    private static String read(BlobStore store, BlobRef blob) throws IOException {
        try (PinnedBlob pinned = store.open(blob).orElseThrow()) {
            return Files.readString(pinned.file());
        }
    }

    private static BlobRef ref(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return new BlobRef(
                HexFormat.of().formatHex(BlobStore.sha256().digest(bytes)), bytes.length);
    }

    private Path file(BlobRef blob) {
        return directory.resolve(blob.sha256().substring(0, 2)).resolve(blob.sha256());
    }
}
