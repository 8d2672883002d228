package dev.atoll.master.testing;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Ranges;
import dev.atoll.proto.job.v1.Failure;
import dev.atoll.proto.job.v1.Resources;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.worker.v1.CopyOutputs;
import dev.atoll.proto.worker.v1.CopyReport;
import dev.atoll.proto.worker.v1.FailedTasks;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.Heartbeat;
import dev.atoll.proto.worker.v1.HeldOutputs;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.HelloPart;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.proto.worker.v1.SessionServiceGrpc;
import dev.atoll.proto.worker.v1.StageAttempts;
import dev.atoll.proto.worker.v1.StageReport;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.GrpcServer;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.wire.HelloWire;
import dev.atoll.runtime.wire.RangesWire;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A worker that speaks the real protocols over real connections, and does what the test says. */
public final class FakeWorker implements AutoCloseable {
    /** What it offers. */
    public static final int CPU_MILLIS = 4_000;

    private final String id;
    private final FakeOutputs outputs = new FakeOutputs();
    private final FakeBlobs blobs = new FakeBlobs();
    private final GrpcServer server;
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final BlockingQueue<ApiException> ends = new LinkedBlockingQueue<>();
    private final Map<String, List<Integer>> ran = new ConcurrentHashMap<>();
    private ManagedChannel channel;
    private StreamObserver<OpenSessionRequest> session;
    private long epoch;
    private long sequence;
    private Report lastReport = Report.getDefaultInstance();

    public FakeWorker(String id, HostAndPort master) throws IOException {
        this.id = id;
        this.server =
                GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none())
                        .service(outputs)
                        .service(blobs)
                        .start();
        connect(master, List.of(), List.of());
    }

    /** Opens a session with what this worker still has. */
    public void connect(
            HostAndPort master, List<StageAttempts> outstanding, List<HeldOutputs> held) {
        connect(master, hello().addAllOutstanding(outstanding).addAllHeld(held).build());
    }

    public void connect(HostAndPort master, Hello hello) {
        tellFirst(master, OpenSessionRequest.newBuilder().setHello(hello).build());
    }

    /** Opens a session with a message that need not be a hello. */
    public void tellFirst(HostAndPort master, OpenSessionRequest message) {
        ManagedChannel before = channel;
        channel = new Channels(Security.none()).open(master);
        if (before != null) {
            before.shutdownNow();
        }
        ends.clear();
        session = SessionServiceGrpc.newStub(channel).openSession(new Orders());
        session.onNext(message);
    }

    /** What it says first. */
    public Hello.Builder hello() {
        return Hello.newBuilder()
                .setProtocolVersion(HelloWire.PROTOCOL_VERSION)
                .setWorkerId(id)
                .setIncarnation(1)
                .setAddress(server.address().toString())
                .setResources(Resources.newBuilder().setCpuMillis(CPU_MILLIS));
    }

    public FakeOutputs outputs() {
        return outputs;
    }

    public FakeBlobs blobs() {
        return blobs;
    }

    /** Takes the next order of a kind; others are dropped. */
    public Order awaitOrder(Order.OrderCase kind) throws InterruptedException {
        while (true) {
            Order order = Times.take(orders, "order " + kind + " for " + id);
            if (order.getOrderCase() == kind) {
                return order;
            }
        }
    }

    /** Takes the next order of any kind. */
    public Order awaitOrder() throws InterruptedException {
        return Times.take(orders, "order for " + id);
    }

    /** How many orders it has got and the test has not looked at. */
    public int orderCount() {
        return orders.size();
    }

    public Grant awaitGrant() throws InterruptedException {
        return awaitOrder(Order.OrderCase.GRANT).getGrant();
    }

    /** Why the session ended. */
    public ApiException awaitEnd() throws InterruptedException {
        return Times.take(ends, "end of the session of " + id);
    }

    /** Which tasks of a stage it ran, by "job/stage". */
    public List<Integer> ran(String stage) {
        return ran.getOrDefault(stage, List.of());
    }

    /** Goes on with a hello. */
    public void sayMore(HelloPart part) {
        session.onNext(OpenSessionRequest.newBuilder().setHelloPart(part).build());
    }

    public void heartbeat(Heartbeat heartbeat) {
        session.onNext(OpenSessionRequest.newBuilder().setHeartbeat(heartbeat).build());
    }

    /** Runs what was granted: writes the outputs and reports success. */
    public void succeed(Grant grant) {
        Ranges tasks = RangesWire.fromProto(grant.getTasks(), "tasks");
        String stage = grant.getJobId() + "/" + grant.getStage();
        List<Integer> log = ran.computeIfAbsent(stage, _ -> new ArrayList<>());
        tasks.indexes()
                .forEachRemaining((int index) -> {
                    log.add(index);
                    outputs.putIfAbsent(stage + "." + index, output(stage, index));
                });
        report(stageReport(grant).setSucceeded(grant.getTasks()).build());
    }

    /** Reports that all that was granted succeeded and wrote nothing. */
    public void succeedSilently(Grant grant) {
        report(
                stageReport(grant)
                        .setSucceeded(grant.getTasks())
                        .setSilent(grant.getTasks())
                        .build());
    }

    /** Reports that all that was granted failed. */
    public void fail(Grant grant, Failure failure) {
        report(
                stageReport(grant)
                        .addFailed(
                                FailedTasks.newBuilder()
                                        .setFailure(failure)
                                        .setTasks(grant.getTasks()))
                        .build());
    }

    /** Runs everything that is granted until so many tasks are done. */
    public void run(int taskCount) throws InterruptedException {
        int done = 0;
        while (done < taskCount) {
            Grant grant = awaitGrant();
            done += count(grant.getTasks());
            succeed(grant);
        }
    }

    /** Keeps the outputs that it was told to copy, and says so. */
    public void copy(CopyOutputs order, FakeOutputs from) {
        String stage = order.getJobId() + "/" + order.getStage();
        RangesWire.fromProto(order.getTasks(), "tasks")
                .indexes()
                .forEachRemaining((int index) ->
                        outputs.put(stage + "." + index, from.get(stage + "." + index)));
        lastReport =
                Report.newBuilder()
                        .setSequence(++sequence)
                        .addCopies(
                                CopyReport.newBuilder()
                                        .setCopy(order.getCopy())
                                        .setEpoch(epoch)
                                        .setJobId(order.getJobId())
                                        .setStage(order.getStage())
                                        .setCopied(order.getTasks())
                                        .setOver(true))
                        .build();
        repeatLastReport();
    }

    public void report(StageReport report) {
        lastReport = Report.newBuilder().setSequence(++sequence).addStages(report).build();
        repeatLastReport();
    }

    public void repeatLastReport() {
        session.onNext(OpenSessionRequest.newBuilder().setReport(lastReport).build());
    }

    /** What a task of this worker writes, unless the test says otherwise. */
    public static ByteString output(String stage, int index) {
        return ByteString.copyFromUtf8("output of " + stage + "." + index + "\n");
    }

    /** Breaks the session. */
    public void disconnect() {
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        disconnect();
        server.close();
    }

    private StageReport.Builder stageReport(Grant grant) {
        return StageReport.newBuilder()
                .setJobId(grant.getJobId())
                .setStage(grant.getStage())
                .setEpoch(epoch)
                .setAttempt(grant.getAttempt());
    }

    private static int count(TaskRanges tasks) {
        return RangesWire.fromProto(tasks, "tasks").size();
    }

    private final class Orders implements StreamObserver<OpenSessionResponse> {
        private final ManagedChannel own = channel;

        @Override
        public void onNext(OpenSessionResponse response) {
            epoch = response.getEpoch();
            orders.addAll(response.getOrdersList());
        }

        @Override
        public void onError(Throwable failure) {
            if (own == channel) {
                ends.add(ApiException.from(failure));
            }
        }

        @Override
        public void onCompleted() {
            ends.add(ApiException.unavailable("COMPLETED", "the session was completed"));
        }
    }
}
