package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;

import dev.atoll.master.testing.FakeBlobs;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.master.testing.Times;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.Heartbeat;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WorkerStatistics;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Blobs through the master, which keeps nothing of them. */
final class BlobRelayTest {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final Random RANDOM = new Random(31);

    private FakeNaming naming;
    private MasterUnderTest master;
    private final List<FakeWorker> workers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
    }

    @AfterEach
    void stop() {
        master.close();
        workers.forEach(FakeWorker::close);
        naming.close();
    }

    @Test
    void blobIsWrittenToSeveralWorkersAndReadBack() throws Exception {
        startWorkers(3);
        ByteString data = random(3_000_000);
        assertThat(write(data, 2).getWorkerIdsList()).hasSize(2).doesNotHaveDuplicates();
        assertThat(workers.stream().filter(worker -> worker.blobs().all().containsValue(data)))
                .hasSize(2);
        assertThat(read(data, 0)).isEqualTo(data);
        assertThat(read(data, 1_234_567)).isEqualTo(data.substring(1_234_567));
        assertThat(read(data, data.size())).isEmpty();
    }

    @Test
    void emptyBlobIsABlob() throws Exception {
        startWorkers(1);
        assertThat(write(ByteString.EMPTY, 1).getWorkerIdsList()).containsExactly("w0");
        assertThat(read(ByteString.EMPTY, 0)).isEmpty();
    }

    @Test
    void fewerWorkersThanCopiesIsNoError() throws Exception {
        startWorkers(1);
        assertThat(write(random(10), 3).getWorkerIdsList()).containsExactly("w0");
    }

    @Test
    void blobsAreSpreadOverTheWorkers() throws Exception {
        startWorkers(3);
        for (int i = 0; i < 9; i++) {
            write(random(10_000), 1);
        }
        assertThat(workers).allMatch(worker -> worker.blobs().all().size() == 3);
    }

    @Test
    void fullWorkerIsNotChosen() throws Exception {
        startWorkers(2);
        workers.get(0)
                .heartbeat(
                        Heartbeat.newBuilder()
                                .setStatistics(
                                        WorkerStatistics.newBuilder().setDiskBytesFree(1_000))
                                .build());
        Times.await(
                "the master knows how full the worker is",
                () -> write(random(5_000), 2).getWorkerIdsList().equals(List.of("w1")));
    }

    @Test
    void damagedBlobIsRefusedByWhoeverStoresIt() throws Exception {
        startWorkers(2);
        ByteString data = random(1_000);
        BlobRef wrong =
                BlobRef.newBuilder()
                        .setSha256(FakeBlobs.sha256(random(999)))
                        .setSizeBytes(1_000)
                        .build();
        assertThat(reason(() -> write(data, wrong, 2))).isEqualTo("DIGEST_MISMATCH");
    }

    @Test
    void withoutWorkersThereIsNowhereToWrite() {
        assertThat(reason(() -> write(random(10), 1))).isEqualTo("NO_WORKERS");
    }

    @Test
    void missingIsWhatTwoWorkersDoNotHave() throws Exception {
        startWorkers(3);
        ByteString nowhere = random(100);
        ByteString once = random(100);
        ByteString twice = random(100);
        workers.get(0).blobs().put(once);
        workers.get(0).blobs().put(twice);
        workers.get(2).blobs().put(twice);
        assertThat(missing(nowhere, once, twice)).containsExactly(ref(nowhere), ref(once));
        write(once, 2);
        assertThat(missing(nowhere, once, twice)).containsExactly(ref(nowhere));
    }

    @Test
    void whereThereIsOneWorkerOneIsEnough() throws Exception {
        startWorkers(1);
        ByteString there = random(100);
        workers.get(0).blobs().put(there);
        assertThat(missing(there)).isEmpty();
        ByteString nowhere = random(100);
        assertThat(missing(there, nowhere)).containsExactly(ref(nowhere));
        workers.get(0).disconnect();
        Times.await("the worker is not here", () -> missing(there).equals(List.of(ref(there))));
    }

    @Test
    void blobThatOnlyTheWorkersKnowOfIsFound() throws Exception {
        startWorkers(3);
        ByteString data = random(500_000);
        workers.get(2).blobs().put(data);
        assertThat(read(data, 0)).isEqualTo(data);
    }

    @Test
    void readGoesOnWithAnotherWorkerAtTheExactByte() throws Exception {
        startWorkers(2);
        ByteString data = random(2_000_000);
        write(data, 2);
        workers.get(0).blobs().breakAfter(700_000);
        assertThat(read(data, 0)).isEqualTo(data);
    }

    @Test
    void hintThatIsWrongIsNoHarm() throws Exception {
        startWorkers(2);
        ByteString data = random(1_000);
        write(data, 1);
        workers.forEach(worker -> worker.blobs().forgetAll());
        assertThat(reason(() -> read(data, 0))).isEqualTo("BLOB_NOT_FOUND");
        workers.get(1).blobs().put(data);
        assertThat(read(data, 0)).isEqualTo(data);
    }

    @Test
    void badRequestsAreRefused() throws Exception {
        startWorkers(1);
        ByteString data = random(10);
        assertThat(reason(() -> read(data, 11))).isEqualTo("INVALID_FIELDS");
        assertThat(reason(() -> write(data, 4))).isEqualTo("INVALID_FIELDS");
        assertThat(reason(() -> write(data, BlobRef.getDefaultInstance(), 1)))
                .isEqualTo("INVALID_FIELDS");
    }

    private List<BlobRef> missing(ByteString... blobs) {
        FindMissingBlobsRequest.Builder request = FindMissingBlobsRequest.newBuilder();
        for (ByteString blob : blobs) {
            request.addBlobs(ref(blob));
        }
        return master.blobs().findMissingBlobs(request.build()).getMissingList();
    }

    private void startWorkers(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            FakeWorker worker = new FakeWorker("w" + i, master.address());
            workers.add(worker);
            worker.awaitOrder(Order.OrderCase.WELCOME);
        }
    }

    private WriteBlobResponse write(ByteString data, int copies) throws Exception {
        return write(data, ref(data), copies);
    }

    private WriteBlobResponse write(ByteString data, BlobRef blob, int copies) throws Exception {
        CompletableFuture<WriteBlobResponse> answer = new CompletableFuture<>();
        StreamObserver<WriteBlobRequest> requests =
                master.asyncBlobs()
                        .writeBlob(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(WriteBlobResponse response) {
                                        answer.complete(response);
                                    }

                                    @Override
                                    public void onError(Throwable failure) {
                                        answer.completeExceptionally(ApiException.from(failure));
                                    }

                                    @Override
                                    public void onCompleted() {}
                                });
        requests.onNext(WriteBlobRequest.newBuilder().setBlob(blob).setCopyCount(copies).build());
        for (int at = 0; at < data.size(); at += CHUNK_BYTES) {
            requests.onNext(
                    WriteBlobRequest.newBuilder()
                            .setData(data.substring(at, Math.min(data.size(), at + CHUNK_BYTES)))
                            .build());
        }
        requests.onCompleted();
        try {
            return answer.get(Times.LONG_SECONDS, Times.UNIT);
        } catch (ExecutionException e) {
            throw (ApiException) e.getCause();
        }
    }

    private ByteString read(ByteString data, long offset) {
        Iterator<ReadBlobResponse> responses =
                master.blobs()
                        .readBlob(
                                ReadBlobRequest.newBuilder()
                                        .setBlob(ref(data))
                                        .setOffset(offset)
                                        .build());
        ByteString read = ByteString.EMPTY;
        while (responses.hasNext()) {
            read = read.concat(responses.next().getData());
        }
        return read;
    }

    private static BlobRef ref(ByteString data) {
        return BlobRef.newBuilder()
                .setSha256(FakeBlobs.sha256(data))
                .setSizeBytes(data.size())
                .build();
    }

    private static ByteString random(int bytes) {
        byte[] data = new byte[bytes];
        RANDOM.nextBytes(data);
        return ByteString.copyFrom(data);
    }

    private static String reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        return thrown == null ? "" : ApiException.from(thrown).reason();
    }
}
