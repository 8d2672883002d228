package dev.atoll.worker;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.naming.v1.ElectionGrpc;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.JoinResponse;
import dev.atoll.proto.naming.v1.KeepAliveRequest;
import dev.atoll.proto.naming.v1.KeepAliveResponse;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.LeaveResponse;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.proto.naming.v1.ObserveLeaderRequest;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;
import dev.atoll.proto.worker.v1.BlobServiceGrpc;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.ReadBlobRequest;
import dev.atoll.proto.worker.v1.ReadBlobResponse;
import dev.atoll.proto.worker.v1.SessionServiceGrpc;
import dev.atoll.proto.worker.v1.Welcome;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A naming service and a master that a test plays itself, on one real server. */
final class FakeCluster implements AutoCloseable {
    private final Server server;
    private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> members = new LinkedBlockingQueue<>();
    private final List<StreamObserver<ObserveLeaderResponse>> observers = new ArrayList<>();
    private final Map<ByteString, ByteString> blobs = new ConcurrentHashMap<>();
    private final List<OutputChunk> gathered = new ArrayList<>();
    private final AtomicInteger incompleteAnswers = new AtomicInteger();
    private long epoch;

    FakeCluster() throws IOException {
        server =
                NettyServerBuilder.forAddress(HostAndPort.anyLoopbackPort().toSocketAddress())
                        .addService(new Sessions())
                        .addService(new Election())
                        .addService(new Membership())
                        .addService(new Blobs())
                        .addService(new Jobs())
                        .build()
                        .start();
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", server.getPort());
    }

    /** From now on the master of this epoch leads. */
    synchronized void lead(long newEpoch) {
        epoch = newEpoch;
        observers.forEach(this::tell);
    }

    /** The blobs that the master relays. */
    void relays(BlobRef blob, byte[] bytes) {
        blobs.put(SpecWire.toProto(blob).getSha256(), ByteString.copyFrom(bytes));
    }

    /** What an earlier stage has written, one chunk per task. */
    void gathers(String... outputs) {
        for (String output : outputs) {
            gathered.add(
                    OutputChunk.newBuilder()
                            .setIndex(gathered.size())
                            .setData(ByteString.copyFromUtf8(output))
                            .setLast(true)
                            .build());
        }
    }

    /** So many times, all that was written but for the first task has still to be written again. */
    void gathersIncompletely(int times) {
        incompleteAnswers.set(times);
    }

    /** The next session that a worker opens, when it has said hello. */
    Session nextSession() throws InterruptedException {
        Session session = sessions.poll(1, TimeUnit.MINUTES);
        if (session == null) {
            throw new AssertionError("no worker has opened a session");
        }
        return session;
    }

    /** The id of the next member that joins. */
    String nextMember() throws InterruptedException {
        return String.valueOf(members.poll(1, TimeUnit.MINUTES));
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private void tell(StreamObserver<ObserveLeaderResponse> observer) {
        observer.onNext(
                ObserveLeaderResponse.newBuilder()
                        .setEpoch(epoch)
                        .setLeaderAddress(epoch == 0 ? "" : address().toString())
                        .build());
    }

    /** One session, from the master's side. */
    final class Session implements StreamObserver<OpenSessionRequest> {
        private final BlockingQueue<OpenSessionRequest> received = new LinkedBlockingQueue<>();
        private final StreamObserver<OpenSessionResponse> worker;
        private volatile boolean over;
        private volatile boolean silent;
        private volatile long said;

        Session(StreamObserver<OpenSessionResponse> worker) {
            this.worker = worker;
        }

        /** The next message that is no heartbeat. */
        OpenSessionRequest next() throws InterruptedException {
            OpenSessionRequest message = nextOfAny();
            while (message.hasHeartbeat()) {
                message = nextOfAny();
            }
            return message;
        }

        OpenSessionRequest nextOfAny() throws InterruptedException {
            OpenSessionRequest message = received.poll(1, TimeUnit.MINUTES);
            if (message == null) {
                throw new AssertionError("the worker says nothing");
            }
            return message;
        }

        void send(long fromEpoch, Order.Builder... orders) {
            OpenSessionResponse.Builder message =
                    OpenSessionResponse.newBuilder().setEpoch(fromEpoch);
            for (Order.Builder order : orders) {
                message.addOrders(order);
            }
            said = fromEpoch;
            synchronized (worker) {
                worker.onNext(message.build());
            }
        }

        /** Heartbeats are not answered any more. */
        void fallSilent() {
            silent = true;
        }

        void welcome(long fromEpoch) {
            send(
                    fromEpoch,
                    Order.newBuilder()
                            .setWelcome(
                                    Welcome.newBuilder()
                                            .setHeartbeatInterval(
                                                    Duration.newBuilder().setNanos(50_000_000))));
        }

        void breakOff() {
            worker.onError(Status.UNAVAILABLE.withDescription("broken by the test").asException());
        }

        void refuse(RuntimeException why) {
            worker.onError(why);
        }

        boolean isOver() {
            return over;
        }

        @Override
        public void onNext(OpenSessionRequest message) {
            received.add(message);
            if (message.hasHeartbeat() && !silent) {
                send(said);
            }
            if (message.hasHello()) {
                sessions.add(this);
            }
        }

        @Override
        public void onError(Throwable failure) {
            over = true;
        }

        @Override
        public void onCompleted() {
            over = true;
        }
    }

    private final class Sessions extends SessionServiceGrpc.SessionServiceImplBase {
        @Override
        public StreamObserver<OpenSessionRequest> openSession(
                StreamObserver<OpenSessionResponse> responses) {
            return new Session(responses);
        }
    }

    private final class Election extends ElectionGrpc.ElectionImplBase {
        @Override
        public void observeLeader(
                ObserveLeaderRequest request, StreamObserver<ObserveLeaderResponse> responses) {
            synchronized (FakeCluster.this) {
                observers.add(responses);
                tell(responses);
            }
        }
    }

    private final class Membership extends MembershipGrpc.MembershipImplBase {
        @Override
        public void join(JoinRequest request, StreamObserver<JoinResponse> responses) {
            members.add(request.getMember().getMemberId());
            answer(
                    responses,
                    JoinResponse.newBuilder()
                            .setLeaseId(1)
                            .setTimeToLive(Duration.newBuilder().setSeconds(60))
                            .build());
        }

        @Override
        public void keepAlive(
                KeepAliveRequest request, StreamObserver<KeepAliveResponse> responses) {
            answer(
                    responses,
                    KeepAliveResponse.newBuilder()
                            .setTimeToLive(Duration.newBuilder().setSeconds(60))
                            .build());
        }

        @Override
        public void leave(LeaveRequest request, StreamObserver<LeaveResponse> responses) {
            answer(responses, LeaveResponse.getDefaultInstance());
        }
    }

    private final class Blobs extends BlobServiceGrpc.BlobServiceImplBase {
        @Override
        public void readBlob(ReadBlobRequest request, StreamObserver<ReadBlobResponse> responses) {
            ByteString bytes = blobs.get(request.getBlob().getSha256());
            if (bytes == null) {
                responses.onError(Status.NOT_FOUND.asException());
                return;
            }
            answer(
                    responses,
                    ReadBlobResponse.newBuilder()
                            .setData(bytes.substring((int) request.getOffset()))
                            .build());
        }
    }

    private final class Jobs extends JobServiceGrpc.JobServiceImplBase {
        @Override
        public void readOutput(
                ReadOutputRequest request, StreamObserver<ReadOutputResponse> responses) {
            if (gathered.isEmpty()) {
                responses.onError(Status.NOT_FOUND.asException());
                return;
            }
            boolean isIncomplete = incompleteAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            gathered.stream()
                    .limit(isIncomplete ? 1 : gathered.size())
                    .forEach(chunk ->
                            responses.onNext(
                                    ReadOutputResponse.newBuilder().addChunks(chunk).build()));
            if (isIncomplete && request.getComplete()) {
                responses.onError(
                        ApiException.unavailable("OUTPUT_INCOMPLETE", "some have to run again")
                                .toStatusException());
            } else {
                responses.onCompleted();
            }
        }
    }

    private static <T> void answer(StreamObserver<T> responses, T answer) {
        responses.onNext(answer);
        responses.onCompleted();
    }
}
