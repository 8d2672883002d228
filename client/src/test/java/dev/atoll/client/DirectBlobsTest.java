package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.LocateBlobsRequest;
import dev.atoll.proto.worker.v1.LocateBlobsResponse;
import dev.atoll.proto.worker.v1.PlaceBlobRequest;
import dev.atoll.proto.worker.v1.PlaceBlobResponse;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc.PlacementServiceImplBase;
import dev.atoll.proto.worker.v1.WorkerAddress;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;

import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Blobs go to workers and come from them, and through the relay wherever that does not work out.
 */
class DirectBlobsTest {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final FakeBlobs relay = new FakeBlobs();
    private final FakeBlobs worker1 = new FakeBlobs();
    private final FakeBlobs worker2 = new FakeBlobs();

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void aBlobGoesToBothWorkers_andComesFromOne() throws Exception {
        BlobClient blobs = connect(serve(worker1), serve(worker2));
        byte[] bytes = random(1_000_000);

        BlobRef ref = blobs.put(new BlobSource.Bytes(bytes));

        assertThat(relay.writeCount()).isZero();
        assertThat(worker1.blobs().values()).containsExactly(ByteString.copyFrom(bytes));
        assertThat(worker2.blobs().values()).containsExactly(ByteString.copyFrom(bytes));
        assertThat(blobs.read(ref)).isEqualTo(bytes);
        assertThat(relay.readCount()).isZero();
    }

    @Test
    void aSmallBlobGoesThroughTheRelay() throws Exception {
        BlobClient blobs = connect(serve(worker1), serve(worker2));

        var _ = blobs.put(new BlobSource.Bytes(random(1_000)));

        assertThat(relay.writeCount()).isEqualTo(1);
        assertThat(worker1.writeCount()).isZero();
    }

    @Test
    void aWorkerThatCannotBeReached_isReachedThroughTheRelay() throws Exception {
        String nobody = serve(new FakeBlobs());
        open.pop().close();
        BlobClient blobs = connect(serve(worker1), nobody);
        byte[] bytes = random(1_000_000);

        BlobRef ref = blobs.put(new BlobSource.Bytes(bytes));

        assertThat(relay.blobs().values()).containsExactly(ByteString.copyFrom(bytes));
        assertThat(worker1.writeCount()).isZero();
        assertThat(blobs.read(ref)).isEqualTo(bytes);
    }

    @Test
    void aWorkerThatBreaksOff_leavesItToTheRelay() throws Exception {
        FakeBlobs breaking = new FakeBlobs().failsFirst(ApiException.unavailable("", "it broke"));
        BlobClient blobs = connect(serve(worker1), serve(breaking));
        byte[] bytes = random(1_000_000);

        var _ = blobs.put(new BlobSource.Bytes(bytes));

        assertThat(relay.blobs().values()).containsExactly(ByteString.copyFrom(bytes));
        assertThat(breaking.writeCount()).isEqualTo(1);
    }

    @Test
    void whatAWorkerGivesIsChecked() throws Exception {
        byte[] bytes = random(1_000_000);
        BlobClient blobs = connect(serve(worker1));
        BlobRef ref = blobs.put(new BlobSource.Bytes(bytes));
        relay.put(ref, bytes);

        worker1.put(ref, random(999_999));
        assertThat(blobs.read(ref)).isEqualTo(bytes);
        worker1.put(ref, random(1_000_001));
        assertThat(blobs.read(ref)).isEqualTo(bytes);

        assertThat(relay.readCount()).isEqualTo(2);
    }

    @Test
    void whatAWorkerDoesNotHave_comesFromTheOther() throws Exception {
        byte[] bytes = random(1_000_000);
        BlobRef ref = BlobClient.name(new BlobSource.Bytes(bytes));
        worker2.put(ref, bytes);
        BlobClient blobs = connect(serve(worker1), serve(worker2));

        assertThat(blobs.read(ref)).isEqualTo(bytes);
        assertThat(blobs.read(ref)).isEqualTo(bytes);

        assertThat(relay.readCount()).isZero();
    }

    private BlobClient connect(String... workers) throws IOException {
        FakeMaster master = open(new FakeMaster(relay, new Placement(List.of(workers))));
        Caller caller = open(new Caller(ConnectOptions.to(master.address())));
        return new BlobClient(caller);
    }

    private String serve(FakeBlobs blobs) throws IOException {
        return open(GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none())
                        .service(blobs)
                        .start())
                .address()
                .toString();
    }

    private <T extends AutoCloseable> T open(T part) {
        open.push(part);
        return part;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Names the same workers for everything. */
    private static final class Placement extends PlacementServiceImplBase {
        private final List<WorkerAddress> workers = new ArrayList<>();

        Placement(List<String> addresses) {
            for (String address : addresses) {
                workers.add(
                        WorkerAddress.newBuilder()
                                .setWorkerId("w" + workers.size())
                                .setAddress(address)
                                .build());
            }
        }

        @Override
        public void locateBlobs(
                LocateBlobsRequest request, StreamObserver<LocateBlobsResponse> answer) {
            answer.onNext(LocateBlobsResponse.newBuilder().addAllWorkers(workers).build());
            answer.onCompleted();
        }

        @Override
        public void placeBlob(PlaceBlobRequest request, StreamObserver<PlaceBlobResponse> answer) {
            answer.onNext(
                    PlaceBlobResponse.newBuilder()
                            .addAllWorkers(workers)
                            .setCopiesMin(workers.size())
                            .build());
            answer.onCompleted();
        }
    }
}
