package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.job.v1.Item;
import dev.atoll.proto.job.v1.ItemChunk;
import dev.atoll.runtime.grpc.ApiException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Blobs and tables of items reach the cluster whole, once, under their right names. */
class UploadsTest {
    @TempDir private Path directory;

    @Test
    void whatIsThereIsNotSentAgain() throws Exception {
        FakeBlobs blobs = new FakeBlobs();
        byte[] bytes = random(700_000);
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads()) {
            BlobRef first = uploads.add(new BlobSource.Bytes(bytes)).join();
            BlobRef second = uploads.add(new BlobSource.Bytes(bytes)).join();

            assertThat(first).isEqualTo(second);
            assertThat(first.sizeBytes()).isEqualTo(700_000);
            assertThat(blobs.writeCount()).isEqualTo(1);
            assertThat(blobs.blobs().values()).containsExactly(ByteString.copyFrom(bytes));
        }
    }

    @Test
    void anEmptyBlobIsABlob() throws Exception {
        FakeBlobs blobs = new FakeBlobs();
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads()) {
            assertThat(uploads.add(new BlobSource.Bytes(new byte[0])).join().sizeBytes()).isZero();
            assertThat(blobs.blobs()).hasSize(1);
        }
    }

    @Test
    void aBrokenWriteIsRepeated() throws Exception {
        FakeBlobs blobs =
                new FakeBlobs()
                        .failsFirst(
                                ApiException.unavailable("", "broke"),
                                ApiException.unavailable("", "broke"));
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads()) {
            byte[] bytes = random(2_000_000);
            assertThat(uploads.add(new BlobSource.Bytes(bytes)).join().sizeBytes())
                    .isEqualTo(2_000_000);
            assertThat(blobs.writeCount()).isEqualTo(3);
        }
    }

    @Test
    void aFullDiskIsSaid() throws Exception {
        FakeBlobs blobs =
                new FakeBlobs().failsFirst(ApiException.resourceExhausted("DISK_FULL", "full"));
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads()) {
            CompletableFuture<BlobRef> upload = uploads.add(new BlobSource.Bytes(random(10)));

            assertThatThrownBy(() -> Uploads.join(List.of(upload)))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void partsOfAFileAreTheFile() throws Exception {
        Path file = directory.resolve("data");
        byte[] bytes = random(1_000_003);
        Files.write(file, bytes);
        FakeBlobs blobs = new FakeBlobs();
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads(1)) {
            List<CompletableFuture<BlobRef>> parts = new ArrayList<>();
            for (long at = 0; at < bytes.length; at += 300_000) {
                parts.add(
                        uploads.add(
                                new BlobSource.FilePart(
                                        file, at, Math.min(300_000, bytes.length - at))));
            }
            ByteString whole = ByteString.EMPTY;
            for (BlobRef ref : Uploads.join(parts)) {
                whole = whole.concat(blob(blobs, ref));
            }
            assertThat(whole).isEqualTo(ByteString.copyFrom(bytes));
            assertThat(uploads.bytesDone()).isEqualTo(bytes.length);
        }
    }

    @Test
    void aFileThatShrankIsSaid() throws Exception {
        Path file = directory.resolve("short");
        Files.write(file, random(100));
        try (FakeMaster master = new FakeMaster();
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads()) {
            var upload = uploads.add(new BlobSource.FilePart(file, 0, 101));

            assertThatThrownBy(() -> Uploads.join(List.of(upload)))
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageContaining("shorter");
        }
    }

    @Test
    void aTableHoldsItsItemsInOrder() throws Exception {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            values.add("item " + i);
        }
        assertThat(roundTrip(values, 8_192)).isEqualTo(values);
    }

    @Test
    void aFewSmallItemsAreSentWithTheJob() throws Exception {
        FakeBlobs blobs = new FakeBlobs();
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address())) {
            List<String> values = List.of("a", "é", "");
            var _ =
                    cluster.submit(
                            JobRequest.of(
                                    StageRequest.command("echo", "{}").items(values).build()));
            var task = master.submits().getFirst().getSpec().getStages(0).getTask();

            assertThat(task.getList().getItemsList().stream().map(ByteString::toStringUtf8))
                    .isEqualTo(values);
            assertThat(blobs.blobs()).isEmpty();
        }
    }

    @Test
    void largeItemsMakeSmallChunks() throws Exception {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            values.add(("" + (i % 10)).repeat(i < 150 ? 10 : 60_000));
        }
        assertThat(roundTrip(values, 128)).isEqualTo(values);
    }

    @Test
    void anItemThatCannotBeOneIsRefused() throws Exception {
        try (FakeMaster master = new FakeMaster();
                Atoll cluster = Atoll.connect(master.address());
                Uploads uploads = cluster.uploads();
                ItemTableBuilder table = cluster.itemTable(uploads)) {
            table.add("fine");
            assertThatThrownBy(() -> table.add("a\0b"))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("items[1]")
                    .hasMessageContaining("NUL");
            assertThatThrownBy(() -> table.add("é".repeat(33_000)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("65536");
        }
    }

    private static List<String> roundTrip(List<String> values, int itemsPerChunk) throws Exception {
        FakeBlobs blobs = new FakeBlobs();
        try (FakeMaster master = new FakeMaster(blobs);
                Atoll cluster = Atoll.connect(master.address())) {
            var _ =
                    cluster.submit(
                            JobRequest.of(
                                    StageRequest.command("echo", "{}").items(values).build()));
            var stage = master.submits().getFirst().getSpec().getStages(0);
            assertThat(stage.getTaskCount()).isEqualTo(values.size());
            var table = stage.getTask().getTable();
            assertThat(table.getItemsPerChunk()).isEqualTo(itemsPerChunk);
            List<String> read = new ArrayList<>();
            for (var ref : table.getChunksList()) {
                ByteString chunk = blobs.blobs().get(ref.getSha256());
                assertThat(chunk).isNotNull();
                assertThat(chunk.size()).isLessThanOrEqualTo(8 << 20);
                for (Item item : ItemChunk.parseFrom(chunk).getItemsList()) {
                    read.add(item.getValue());
                }
            }
            return read;
        }
    }

    private static ByteString blob(FakeBlobs blobs, BlobRef ref) {
        ByteString bytes =
                blobs.blobs().get(ByteString.copyFrom(HexFormat.of().parseHex(ref.sha256())));
        assertThat(bytes).isNotNull();
        return bytes;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
