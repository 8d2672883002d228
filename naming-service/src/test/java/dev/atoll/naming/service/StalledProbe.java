package dev.atoll.naming.service;

import dev.atoll.proto.naming.v1.WatchNamesRequest;
import dev.atoll.proto.naming.v1.WatchNamesResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A watch of names whose caller takes one message and then nothing more for a while. */
final class StalledProbe implements ClientResponseObserver<WatchNamesRequest, WatchNamesResponse> {
    private final CompletableFuture<ClientCallStreamObserver<WatchNamesRequest>> call =
            new CompletableFuture<>();
    private final CompletableFuture<WatchNamesResponse> first = new CompletableFuture<>();
    private final CompletableFuture<ApiException> error = new CompletableFuture<>();

    static StalledProbe open(Consumer<StreamObserver<WatchNamesResponse>> begin) {
        StalledProbe probe = new StalledProbe();
        begin.accept(probe);
        return probe;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchNamesRequest> begun) {
        begun.disableAutoRequestWithInitial(1);
        call.complete(begun);
    }

    @Override
    public void onNext(WatchNamesResponse message) {
        first.complete(message);
    }

    @Override
    public void onError(Throwable cause) {
        error.complete(ApiException.from(cause));
    }

    @Override
    public void onCompleted() {
        error.completeExceptionally(new AssertionError("completed"));
    }

    void awaitFirst() {
        first.orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Takes everything that is left and answers how it ended. */
    ApiException takeAllUntilTheError() {
        call.join().request(Integer.MAX_VALUE);
        return error.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
