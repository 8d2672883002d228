package dev.atoll.client;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.FindMissingBlobsResponse;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.WriteBlobResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Channel;

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
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Puts one blob into the cluster, or gets one. */
final class BlobClient {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int REFS_PER_CALL_MAX = 10_000;

    private static final int PIECES_AHEAD = 4;

    private final Caller caller;
    private final DirectBlobs direct;
    private final boolean keep;

    BlobClient(Caller caller) {
        this(caller, new DirectBlobs(caller), false);
    }

    private BlobClient(Caller caller, DirectBlobs direct, boolean keep) {
        this.caller = caller;
        this.direct = direct;
        this.keep = keep;
    }

    /** The same, for blobs of files that will have names: workers keep what is written. */
    BlobClient keeping() {
        return new BlobClient(caller, direct, true);
    }

    /**
     * Reads a whole blob, which must be small enough to lie in memory.
     *
     * @throws NotFoundException when no worker that is here has it
     * @throws IOException when what comes are other bytes, also from another worker
     */
    byte[] read(BlobRef ref) throws IOException {
        Optional<byte[]> found = direct.read(ref);
        if (found.isPresent() && isWhole(found.get(), ref)) {
            return found.get();
        }
        byte[] bytes = caller.call((channel, _) -> read(channel, ref, false));
        if (!isWhole(bytes, ref)) {
            // The worker looks at its disk again, and if that is damaged another one is asked.
            bytes = caller.call((channel, _) -> read(channel, ref, true));
        }
        if (!isWhole(bytes, ref)) {
            throw new IOException("other bytes came than those of blob " + ref.sha256());
        }
        return bytes;
    }

    private static boolean isWhole(byte[] bytes, BlobRef ref) throws IOException {
        return bytes.length == ref.sizeBytes() && name(new BlobSource.Bytes(bytes)).equals(ref);
    }

    /**
     * Reads what a server gives as a blob.
     *
     * @param verify whether it is to look at its disk again before
     * @throws ApiException what the call failed with
     */
    static byte[] read(Channel channel, BlobRef ref, boolean verify) throws InterruptedException {
        ReadBlobRequest request =
                ReadBlobRequest.newBuilder()
                        .setBlob(SpecWire.toProto(ref))
                        .setVerify(verify)
                        .build();
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
        if (direct.write(ref, source, keep)) {
            return;
        }
        try {
            WriteBlobResponse _ = caller.call((channel, _) -> relay(channel, ref, source));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private WriteBlobResponse relay(Channel channel, BlobRef ref, BlobSource source)
            throws InterruptedException {
        try (BlobPieces pieces = BlobPieces.of(source);
                BlobTransfer transfer = BlobTransfer.open(channel)) {
            BlobTransfer.send(ref, keep, pieces, List.of(transfer));
            WriteBlobResponse response = transfer.response();
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
