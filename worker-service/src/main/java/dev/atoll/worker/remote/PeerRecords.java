package dev.atoll.worker.remote;

import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadRecordsRequest;
import dev.atoll.proto.worker.v1.ReadRecordsResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.retry.Backoff;
import dev.atoll.worker.shuffle.BlockCursor;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/** Records that come from another worker; goes on where it was when the connection breaks. */
final class PeerRecords extends BlockCursor {
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
    private static final int BLOCK_BYTES_MAX = 4 << 20;

    private final Channel peer;
    private final String name;
    private final ReadRecordsRequest request;
    private final Duration patience;
    private final Duration silenceMax;
    private BlockingClientCall<ReadRecordsRequest, ReadRecordsResponse> call;
    private long blocksTaken;
    private final CRC32C taken = new CRC32C();

    /**
     * Asks at once, so that the peer reads ahead.
     *
     * @param name of the peer, for failures
     * @param patience how long it may not answer
     * @param silenceMax how long it may send nothing while it is connected
     */
    PeerRecords(
            Channel peer,
            String name,
            ReadRecordsRequest request,
            Duration patience,
            Duration silenceMax) {
        this.peer = peer;
        this.name = name;
        this.request = request;
        this.patience = patience;
        this.silenceMax = silenceMax;
        this.call = open();
    }

    private BlockingClientCall<ReadRecordsRequest, ReadRecordsResponse> open() {
        return ClientCalls.blockingV2ServerStreamingCall(
                peer, OutputServiceGrpc.getReadRecordsMethod(), CallOptions.DEFAULT, request);
    }

    @Override
    protected boolean nextBlock() throws IOException {
        @Nullable ReadRecordsResponse response = nextResponse();
        if (response == null) {
            return false;
        }
        blocksTaken++;
        taken.update(response.getBlock().asReadOnlyByteBuffer());
        int rawSize = response.getRawSize();
        if (rawSize < 0 || rawSize > BLOCK_BYTES_MAX) {
            throw new IOException("worker %s sent no block of records".formatted(name));
        }
        byte[] stored = response.getBlock().toByteArray();
        setBlock(0, stored, 0, stored.length, rawSize);
        return true;
    }

    /* The same question gets the same blocks, so a second try passes over those that were taken. */
    private @Nullable ReadRecordsResponse nextResponse() throws IOException {
        Backoff backoff = new Backoff(PAUSE_MIN, PAUSE_MAX, RandomGenerator.getDefault());
        long sinceNanos = System.nanoTime();
        boolean isSecond = false;
        while (true) {
            try {
                if (isSecond) {
                    call.cancel("asked anew", null);
                    call = open();
                    passOver();
                }
                return read();
            } catch (ApiException e) {
                boolean again =
                        e.isUnavailable() && System.nanoTime() - sinceNanos < patience.toNanos();
                if (!again) {
                    throw new IOException("worker %s: %s".formatted(name, e.message()), e);
                }
            }
            isSecond = true;
            LeaderPatience.pause(backoff.next());
        }
    }

    private void passOver() throws IOException {
        CRC32C passed = new CRC32C();
        for (long i = 0; i < blocksTaken; i++) {
            @Nullable ReadRecordsResponse response = read();
            if (response != null) {
                passed.update(response.getBlock().asReadOnlyByteBuffer());
            }
        }
        if (passed.getValue() != taken.getValue()) {
            // A map task ran again meanwhile, and wrote something else.
            throw new IOException("worker %s has other records than before".formatted(name));
        }
    }

    private @Nullable ReadRecordsResponse read() throws IOException {
        try {
            return call.read(silenceMax.toNanos(), TimeUnit.NANOSECONDS);
        } catch (StatusException e) {
            throw ApiException.from(e);
        } catch (TimeoutException e) {
            throw new IOException(
                    "worker %s sent nothing for %d s".formatted(name, silenceMax.toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        call.cancel("nothing more is taken", null);
        super.close();
    }
}
