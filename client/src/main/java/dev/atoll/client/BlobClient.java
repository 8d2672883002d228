package dev.atoll.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WriteBlobRequest;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Puts one blob into the cluster, or gets one. */
final class BlobClient {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int REFS_PER_CALL_MAX = 10_000;

    private static final int PIECES_AHEAD = 4;

    private final Caller caller;
    private final boolean keep;

    BlobClient(Caller caller) {
        this(caller, false);
    }

    private BlobClient(Caller caller, boolean keep) {
        this.caller = caller;
        this.keep = keep;
    }

    /** The same, for blobs of files that will have names: workers keep what is written. */
    BlobClient keeping() {
        return new BlobClient(caller, true);
    }

    /**
     * Reads a whole blob, which must be small enough to lie in memory.
     *
     * @throws NotFoundException when no worker that is here has it
     * @throws IOException when what comes are other bytes, also from another worker
     */
    byte[] read(BlobRef ref) throws IOException {
        byte[] bytes = readOnce(ref, false);
        if (!isWhole(bytes, ref)) {
            // The worker looks at its disk again, and if that is damaged another one is asked.
            bytes = readOnce(ref, true);
        }
        if (!isWhole(bytes, ref)) {
            throw new IOException("other bytes came than those of blob " + ref.sha256());
        }
        return bytes;
    }

    private static boolean isWhole(byte[] bytes, BlobRef ref) throws IOException {
        return bytes.length == ref.sizeBytes() && name(new BlobSource.Bytes(bytes)).equals(ref);
    }

    private byte[] readOnce(BlobRef ref, boolean verify) {
        ReadBlobRequest request =
                ReadBlobRequest.newBuilder()
                        .setBlob(SpecWire.toProto(ref))
                        .setVerify(verify)
                        .build();
        return caller.call((channel, _) -> {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(ref.sizeBytes()));
            try (InboundStream<ReadBlobRequest, ReadBlobResponse> stream =
                    new InboundStream<>(PIECES_AHEAD)) {
                BlobServiceGrpc.newStub(channel).readBlob(request, stream);
                for (var piece = stream.take();
                        piece.isPresent() && bytes.remaining() >= piece.get().getData().size();
                        piece = stream.take()) {
                    piece.get().getData().copyTo(bytes);
                }
            }
            return bytes.hasRemaining()
                    ? Arrays.copyOf(bytes.array(), bytes.position())
                    : bytes.array();
        });
    }

    /** Names the bytes, and uploads them unless the cluster has them. */
    BlobRef put(BlobSource source) throws IOException {
        BlobRef ref = name(source);
        if (!missing(List.of(ref)).isEmpty()) {
            write(ref, source);
        }
        return ref;
    }

    /** Names the bytes. */
    static BlobRef name(BlobSource source) throws IOException {
        return new BlobRef(digest(source), source.sizeBytes());
    }

    private static String digest(BlobSource source) throws IOException {
        try (InputStream in = source.open()) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[PIECE_BYTES];
            long left = source.sizeBytes();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sha256.update(buffer, 0, count);
                left -= count;
            }
            if (left != 0) {
                throw new IOException("%s became shorter while it was read".formatted(source));
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Those of some blobs that the cluster lacks. */
    List<BlobRef> missing(List<BlobRef> refs) {
        List<BlobRef> missing = new ArrayList<>();
        for (int from = 0; from < refs.size(); from += REFS_PER_CALL_MAX) {
            int to = Math.min(refs.size(), from + REFS_PER_CALL_MAX);
            FindMissingBlobsRequest.Builder request = FindMissingBlobsRequest.newBuilder();
            refs.subList(from, to).forEach(ref -> request.addBlobs(SpecWire.toProto(ref)));
            FindMissingBlobsResponse response =
                    caller.call((channel, leftNanos) ->
                            BlobServiceGrpc.newBlockingStub(channel)
                                    .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)
                                    .findMissingBlobs(request.build()));
            response.getMissingList()
                    .forEach(ref -> missing.add(SpecWire.fromProto(ref, "missing")));
        }
        return missing;
    }

    /** Uploads the bytes that have this name. */
    void write(BlobRef ref, BlobSource source) throws IOException {
        try {
            WriteBlobResponse _ = caller.call((channel, _) -> writeOnce(channel, ref, source));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private WriteBlobResponse writeOnce(Channel channel, BlobRef ref, BlobSource source)
            throws InterruptedException {
        Semaphore changed = new Semaphore(0);
        try (InputStream in = source.open();
                InboundStream<WriteBlobRequest, WriteBlobResponse> answer =
                        new InboundStream<>(1, changed::release)) {
            var _ = BlobServiceGrpc.newStub(channel).writeBlob(answer);
            send(answer, changed, ref, in);
            WriteBlobResponse response =
                    answer.take()
                            .orElseThrow(() ->
                                    ApiException.unavailable("", "the write was not answered"));
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /* The server may answer before it has everything: because it has the blob, or cannot take it. */
    private void send(
            InboundStream<WriteBlobRequest, WriteBlobResponse> answer,
            Semaphore changed,
            BlobRef ref,
            InputStream in)
            throws IOException, InterruptedException {
        ClientCallStreamObserver<WriteBlobRequest> up = answer.call();
        WriteBlobRequest.Builder message =
                WriteBlobRequest.newBuilder().setBlob(SpecWire.toProto(ref)).setKeep(keep);
        while (true) {
            // A fresh array each time: the transport still holds the one before.
            byte[] piece = in.readNBytes(PIECE_BYTES);
            ByteString data = UnsafeByteOperations.unsafeWrap(piece);
            while (!up.isReady() && !answer.hasArrived()) {
                changed.acquire();
            }
            if (answer.hasArrived()) {
                return;
            }
            up.onNext(message.setData(data).build());
            message = WriteBlobRequest.newBuilder();
            if (piece.length < PIECE_BYTES) {
                up.onCompleted();
                return;
            }
        }
    }
}
