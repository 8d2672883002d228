package dev.atoll.client;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.LocateBlobsRequest;
import dev.atoll.proto.worker.v1.LocateBlobsResponse;
import dev.atoll.proto.worker.v1.PlaceBlobRequest;
import dev.atoll.proto.worker.v1.PlaceBlobResponse;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc;
import dev.atoll.proto.worker.v1.PlacementServiceGrpc.PlacementServiceBlockingStub;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Channel;
import io.grpc.Status;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Writes blobs to the workers that the master chooses, and reads them from those that have them,
 * without the master in between. Whatever does not work out is left to the relay, and to what that
 * says of it.
 */
final class DirectBlobs {
    /** A smaller blob is one message to the relay, which is sooner done than asking for the way. */
    private static final int BYTES_MIN = 256 << 10;

    private final Caller caller;
    private final AtomicInteger turn = new AtomicInteger(ThreadLocalRandom.current().nextInt());

    DirectBlobs(Caller caller) {
        this.caller = caller;
    }

    /** Writes a blob; false if it is not where it should be then. */
    boolean write(BlobRef ref, BlobSource source, boolean keep) throws IOException {
        if (ref.sizeBytes() <= BYTES_MIN) {
            return false;
        }
        PlaceBlobRequest question =
                PlaceBlobRequest.newBuilder().setBlob(SpecWire.toProto(ref)).setKeep(keep).build();
        try {
            return caller.call((master, leftNanos) -> {
                PlaceBlobResponse places =
                        ask(
                                master,
                                leftNanos,
                                stub -> stub.placeBlob(question),
                                PlaceBlobResponse.getDefaultInstance());
                List<Channel> ways = caller.workers().reach(places.getWorkersList());
                return !ways.isEmpty()
                        && ways.size() == places.getWorkersCount()
                        && write(ref, source, keep, ways) >= places.getCopiesMin();
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** How many of some workers have taken a blob. */
    private static int write(BlobRef ref, BlobSource source, boolean keep, List<Channel> workers)
            throws InterruptedException {
        List<BlobTransfer> transfers = new ArrayList<>();
        try (BlobPieces pieces = BlobPieces.of(source)) {
            workers.forEach(worker -> transfers.add(BlobTransfer.open(worker)));
            BlobTransfer.send(ref, keep, pieces, transfers);
            int taken = 0;
            for (BlobTransfer transfer : transfers) {
                taken += isTaken(transfer) ? 1 : 0;
            }
            return taken;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            transfers.forEach(BlobTransfer::close);
        }
    }

    private static boolean isTaken(BlobTransfer transfer) throws InterruptedException {
        try {
            var _ = transfer.response();
            return true;
        } catch (ApiException _) {
            return false;
        }
    }

    /** Reads a blob from a worker that has it; empty if none of those that have it gave it. */
    Optional<byte[]> read(BlobRef ref) {
        if (ref.sizeBytes() <= BYTES_MIN) {
            return Optional.empty();
        }
        LocateBlobsRequest question =
                LocateBlobsRequest.newBuilder().addBlobs(SpecWire.toProto(ref)).build();
        return caller.call((master, leftNanos) -> {
            LocateBlobsResponse places =
                    ask(
                            master,
                            leftNanos,
                            stub -> stub.locateBlobs(question),
                            LocateBlobsResponse.getDefaultInstance());
            List<Channel> ways = caller.workers().reach(places.getWorkersList());
            Collections.rotate(ways, turn.incrementAndGet());
            for (Channel way : ways) {
                try {
                    return Optional.of(BlobClient.read(way, ref, false));
                } catch (ApiException _) {
                    // The next one has it too, and at last the relay looks everywhere.
                }
            }
            return Optional.empty();
        });
    }

    /** What the master answers; the default if it is too old to be asked. */
    private static <T> T ask(
            Channel master,
            long leftNanos,
            Function<PlacementServiceBlockingStub, T> question,
            T withoutAnswer) {
        try {
            return question.apply(
                    PlacementServiceGrpc.newBlockingStub(master)
                            .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS));
        } catch (RuntimeException e) {
            if (ApiException.from(e).code() == Status.Code.UNIMPLEMENTED) {
                return withoutAnswer;
            }
            throw e;
        }
    }
}
