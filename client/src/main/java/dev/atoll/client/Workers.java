package dev.atoll.client;

import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.FindMissingBlobsRequest;
import dev.atoll.proto.worker.v1.WorkerAddress;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.HearsayChannels;

import io.grpc.Channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The ways to workers, where they can be reached from here. */
final class Workers implements AutoCloseable {
    private final HearsayChannels channels;

    Workers(Channels channels) {
        this.channels =
                new HearsayChannels(
                        channels,
                        channel ->
                                BlobServiceGrpc.newFutureStub(channel)
                                        .findMissingBlobs(
                                                FindMissingBlobsRequest.getDefaultInstance()));
    }

    /** The ways to some workers, of each that can be reached; waits until that is known of all. */
    List<Channel> reach(List<WorkerAddress> workers) {
        List<CompletableFuture<Optional<Channel>>> asked =
                workers.stream().map(this::reach).toList();
        List<Channel> reached = new ArrayList<>();
        asked.forEach(way -> way.join().ifPresent(reached::add));
        return reached;
    }

    private CompletableFuture<Optional<Channel>> reach(WorkerAddress worker) {
        try {
            return channels.to(HostAndPort.parse(worker.getAddress()), worker.getWorkerId());
        } catch (IllegalArgumentException _) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    @Override
    public void close() {
        channels.close();
    }
}
