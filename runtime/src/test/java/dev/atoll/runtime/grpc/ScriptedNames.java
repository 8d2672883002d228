package dev.atoll.runtime.grpc;

import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.proto.naming.v1.ResolveRequest;
import dev.atoll.proto.naming.v1.ResolveResponse;

import io.grpc.stub.StreamObserver;

import java.util.function.UnaryOperator;

/** A service that answers as a test says, to have something to call. */
final class ScriptedNames extends NamesGrpc.NamesImplBase {
    private final UnaryOperator<String> script;

    /**
     * @param script makes the name in the answer from the name in the request
     */
    ScriptedNames(UnaryOperator<String> script) {
        this.script = script;
    }

    @Override
    public void resolve(ResolveRequest request, StreamObserver<ResolveResponse> observer) {
        observer.onNext(response(script.apply(request.getName())));
        observer.onCompleted();
    }

    static ResolveRequest request(String name) {
        return ResolveRequest.newBuilder().setName(name).build();
    }

    static ResolveResponse response(String name) {
        return ResolveResponse.newBuilder().setBinding(Binding.newBuilder().setName(name)).build();
    }
}
