package dev.atoll.master.api;

import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.FindOutputsRequest;
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;

import io.grpc.stub.StreamObserver;

/** Serves what tasks write and what they are told, from the workers that have it. */
public interface OutputRequests {
    /** Streams outputs. */
    void read(ReadOutputRequest request, StreamObserver<ReadOutputResponse> responses);

    /** Streams who holds the outputs of a stage. */
    void find(FindOutputsRequest request, StreamObserver<FindOutputsResponse> responses);

    /** Attaches to a task. */
    StreamObserver<AttachTaskRequest> attach(StreamObserver<AttachTaskResponse> responses);
}
