package dev.atoll.client;

import dev.atoll.proto.naming.v1.ElectionGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderRequest;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A naming service that says who leads when a test tells it to, and until then says nothing. */
final class FakeNaming extends ElectionGrpc.ElectionImplBase implements AutoCloseable {
    private final Server server;
    private final List<StreamObserver<ObserveLeaderResponse>> observers = new ArrayList<>();
    private Optional<ObserveLeaderResponse> news = Optional.empty();

    FakeNaming() throws IOException {
        server =
                NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                        .addService(this)
                        .build()
                        .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    FakeNaming leads(long epoch, FakeMaster leader) {
        return say(
                ObserveLeaderResponse.newBuilder()
                        .setEpoch(epoch)
                        .setLeaderAddress(leader.address())
                        .build());
    }

    FakeNaming nobodyLeads() {
        return say(ObserveLeaderResponse.getDefaultInstance());
    }

    @Override
    public synchronized void observeLeader(
            ObserveLeaderRequest request, StreamObserver<ObserveLeaderResponse> answer) {
        observers.add(answer);
        news.ifPresent(answer::onNext);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private synchronized FakeNaming say(ObserveLeaderResponse now) {
        news = Optional.of(now);
        observers.forEach(observer -> observer.onNext(now));
        return this;
    }
}
