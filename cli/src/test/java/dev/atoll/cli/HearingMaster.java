package dev.atoll.cli;

import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceImplBase;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.SubmitJobResponse;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;

import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A master on a real port that accepts every job, runs none, and keeps what it heard. */
final class HearingMaster extends JobServiceImplBase implements AutoCloseable {
    private final List<SubmitJobRequest> submitted = new CopyOnWriteArrayList<>();
    private final GrpcServer server;

    HearingMaster() throws IOException {
        server =
                GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none())
                        .service(this)
                        .start();
    }

    String address() {
        return server.address().toString();
    }

    List<SubmitJobRequest> submitted() {
        return submitted;
    }

    @Override
    public void submitJob(SubmitJobRequest request, StreamObserver<SubmitJobResponse> answer) {
        submitted.add(request);
        answer.onNext(SubmitJobResponse.newBuilder().setJobId(submitted.size()).build());
        answer.onCompleted();
    }

    @Override
    public void close() {
        server.close();
    }
}
