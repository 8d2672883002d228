package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;

import dev.atoll.master.testing.FakeBlobs;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.worker.v1.BlobHolders;
import dev.atoll.proto.worker.v1.LocateBlobsRequest;
import dev.atoll.proto.worker.v1.LocateBlobsResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.PlaceBlobRequest;
import dev.atoll.proto.worker.v1.PlaceBlobResponse;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc.PlacementServiceBlockingStub;
import dev.atoll.proto.worker.v1.WorkerAddress;
import dev.atoll.runtime.grpc.ApiException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Clients are told which workers have blobs, and which shall have them. */
final class PlacementTest {
    private FakeNaming naming;
    private MasterUnderTest master;
    private final List<FakeWorker> workers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
    }

    @AfterEach
    void stop() {
        master.close();
        workers.forEach(FakeWorker::close);
        naming.close();
    }

    @Test
    void blobsArePlacedOnTwoWorkersEvenly() throws Exception {
        lead(false, 3);
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            PlaceBlobResponse places = place(blob(i), true);
            assertThat(places.getCopiesMin()).isEqualTo(2);
            assertThat(names(places.getWorkersList())).hasSize(2).doesNotHaveDuplicates();
            chosen.addAll(names(places.getWorkersList()));
        }
        assertThat(chosen).containsOnly("w0", "w1", "w2");
        assertThat(chosen.stream().filter("w0"::equals)).hasSize(4);
    }

    @Test
    void whereWorkersAreFewFewerMustTakeIt() throws Exception {
        lead(false, 1);
        assertThat(place(blob(1), true).getCopiesMin()).isEqualTo(1);
        assertThat(place(blob(1), false).getCopiesMin()).isEqualTo(1);
        assertThat(place(blob(1), true).getWorkers(0).getAddress())
                .isEqualTo(workers.getFirst().hello().getAddress());
    }

    @Test
    void withoutWorkersNothingIsPlaced() throws Exception {
        lead(false, 0);
        assertThat(place(blob(1), true).getWorkersList()).isEmpty();
    }

    @Test
    void blobsAreFoundWhereverTheyAre() throws Exception {
        lead(false, 3);
        workers.get(0).blobs().put(bytes(1));
        workers.get(2).blobs().put(bytes(1));
        workers.get(2).blobs().put(bytes(2));

        LocateBlobsResponse places = locate(blob(1), blob(2), blob(3));

        assertThat(names(places.getWorkersList())).containsExactly("w0", "w2");
        assertThat(places.getHoldersList().stream().map(BlobHolders::getWorkersList))
                .containsExactly(List.of(0, 1), List.of(1), List.of());
    }

    @Test
    void aMasterThatRelaysAllNamesNobody() throws Exception {
        lead(true, 2);
        workers.get(0).blobs().put(bytes(1));

        assertThat(place(blob(2), true).getWorkersList()).isEmpty();
        assertThat(locate(blob(1)).getWorkersList()).isEmpty();
        assertThat(locate(blob(1)).getHoldersList())
                .containsExactly(BlobHolders.getDefaultInstance());
    }

    @Test
    void badRequestsAreRefused() throws Exception {
        lead(false, 1);
        assertThat(reason(() -> place(BlobRef.getDefaultInstance(), true)))
                .isEqualTo("INVALID_FIELDS");
        assertThat(reason(() -> locate(BlobRef.getDefaultInstance()))).isEqualTo("INVALID_FIELDS");
    }

    private void lead(boolean relaysAll, int workerCount) throws Exception {
        master = new MasterUnderTest(naming, MasterUnderTest.config(naming, relaysAll)).leading();
        for (int i = 0; i < workerCount; i++) {
            FakeWorker worker = new FakeWorker("w" + i, master.address());
            workers.add(worker);
            worker.awaitOrder(Order.OrderCase.WELCOME);
        }
    }

    private PlacementServiceBlockingStub placement() {
        return PlacementServiceGrpc.newBlockingStub(master.channel());
    }

    private PlaceBlobResponse place(BlobRef blob, boolean keep) {
        return placement()
                .placeBlob(PlaceBlobRequest.newBuilder().setBlob(blob).setKeep(keep).build());
    }

    private LocateBlobsResponse locate(BlobRef... blobs) {
        return placement()
                .locateBlobs(LocateBlobsRequest.newBuilder().addAllBlobs(List.of(blobs)).build());
    }

    private static List<String> names(List<WorkerAddress> workers) {
        return workers.stream().map(WorkerAddress::getWorkerId).toList();
    }

    private static ByteString bytes(int number) {
        return ByteString.copyFromUtf8("blob number " + number);
    }

    private static BlobRef blob(int number) {
        ByteString bytes = bytes(number);
        return BlobRef.newBuilder()
                .setSha256(FakeBlobs.sha256(bytes))
                .setSizeBytes(bytes.size())
                .build();
    }

    private static String reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        return thrown == null ? "" : ApiException.from(thrown).reason();
    }
}
