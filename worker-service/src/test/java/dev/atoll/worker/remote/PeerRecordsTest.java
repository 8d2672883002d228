package dev.atoll.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;

import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadRecordsRequest;
import dev.atoll.proto.worker.v1.ReadRecordsResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.grpc.Security;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A peer whose connection breaks in the middle. */
class PeerRecordsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What each call gets: blocks, and then, where it begins so, the end of the connection. */
    private final Deque<List<String>> answers = new ArrayDeque<>();

    private Server server;
    private PeerChannels peers;

    @BeforeEach
    void start() throws IOException {
        server =
                NettyServerBuilder.forAddress(HostAndPort.anyLoopbackPort().toSocketAddress())
                        .addService(new Peer())
                        .build()
                        .start();
        peers = new PeerChannels(new Channels(Security.none()), 1);
    }

    @AfterEach
    void stop() {
        peers.close();
        server.shutdownNow();
    }

    private final class Peer extends OutputServiceGrpc.OutputServiceImplBase {
        @Override
        public void readRecords(
                ReadRecordsRequest request, StreamObserver<ReadRecordsResponse> responses) {
            for (String block : answers.removeFirst()) {
                if (block.equals("break")) {
                    responses.onError(Status.UNAVAILABLE.asRuntimeException());
                    return;
                }
                responses.onNext(block(block));
            }
            responses.onCompleted();
        }
    }

    /** A block of one record, without compression. */
    private static ReadRecordsResponse block(String record) {
        ByteString bytes =
                ByteString.copyFrom(new byte[] {(byte) record.length(), (byte) record.length(), 0})
                        .concat(ByteString.copyFrom(record, UTF_8));
        return ReadRecordsResponse.newBuilder().setBlock(bytes).setRawSize(bytes.size()).build();
    }

    private List<String> read() throws IOException {
        List<String> records = new ArrayList<>();
        try (PeerRecords peer =
                new PeerRecords(
                        peers.to(new HostAndPort("127.0.0.1", server.getPort())),
                        "w",
                        ReadRecordsRequest.getDefaultInstance(),
                        PATIENCE,
                        PATIENCE)) {
            while (peer.next()) {
                records.add(new String(peer.bytes(), peer.offset(), peer.length(), UTF_8));
            }
        }
        return records;
    }

    @Test
    void goesOnWhereItWas() throws Exception {
        answers.add(List.of("a", "b", "break"));
        answers.add(List.of("break"));
        answers.add(List.of("a", "b", "c", "break"));
        answers.add(List.of("a", "b", "c", "d"));

        assertThat(read()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void recordsThatAreOthersThanBeforeAreNotMixedWithThose() {
        answers.add(List.of("a", "b", "break"));
        answers.add(List.of("a", "x", "c"));

        assertThatIOException()
                .isThrownBy(this::read)
                .withMessage("worker w has other records than before");
    }
}
