package dev.atoll.master.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.OutputServiceGrpc.OutputServiceImplBase;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call to another server as threads that may block see it. */
final class InflowTest {
    private GrpcServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        server =
                GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none())
                        .service(new Echo())
                        .start();
        channel = new Channels(Security.none()).open(server.address());
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void callThatWasCutOffTakesNothingMoreAndHurtsNobody() throws Exception {
        Inflow<AttachAttemptRequest, AttachAttemptResponse> flow =
                Inflow.open(channel, OutputServiceGrpc.getAttachAttemptMethod());
        assertThat(flow.send(AttachAttemptRequest.getDefaultInstance())).isTrue();
        assertThat(flow.next()).isPresent();
        flow.close();
        assertThat(flow.send(AttachAttemptRequest.getDefaultInstance())).isFalse();
        flow.halfClose();
    }

    private static final class Echo extends OutputServiceImplBase {
        @Override
        public StreamObserver<AttachAttemptRequest> attachAttempt(
                StreamObserver<AttachAttemptResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AttachAttemptRequest request) {
                    responses.onNext(AttachAttemptResponse.getDefaultInstance());
                }

                @Override
                public void onError(Throwable cancelled) {}

                @Override
                public void onCompleted() {}
            };
        }
    }
}
