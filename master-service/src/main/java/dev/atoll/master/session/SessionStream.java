package dev.atoll.master.session;

import dev.atoll.core.scheduler.SchedulerEvent.WorkerConnected;
import dev.atoll.core.scheduler.SchedulerEvent.WorkerDisconnected;
import dev.atoll.core.scheduler.SchedulerEvent.WorkerHeartbeat;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.proto.worker.v1.Heartbeat;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.HelloPart;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.HelloWire;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.ReportWire;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.Optional;

/** What one worker says in one session, turned into events. Called by one thread at a time. */
final class SessionStream implements StreamObserver<OpenSessionRequest> {
    /* Messages are asked for one by one, a few ahead: what the loop has not yet handled of a worker
     * is bounded, and a loop that is behind slows the workers down instead of piling up. */

    private static final int MESSAGES_AHEAD = 8;
    private static final int SHORTAGE_MAX = 256;

    private final SchedulerLoop loop;
    private final Sessions sessions;
    private final long id;
    private final ServerCallStreamObserver<OpenSessionResponse> stream;
    private final Downlink out;
    private volatile Optional<WorkerSession> session = Optional.empty();
    private Optional<IncomingHello> incoming = Optional.empty();
    private boolean over;

    SessionStream(
            SchedulerLoop loop,
            Sessions sessions,
            long id,
            ServerCallStreamObserver<OpenSessionResponse> stream) {
        this.loop = loop;
        this.sessions = sessions;
        this.id = id;
        this.stream = stream;
        this.out = new Downlink(stream);
    }

    /** Asks for the first messages. */
    void begin() {
        stream.disableAutoRequest();
        stream.setOnReadyHandler(this::ready);
        stream.setOnCancelHandler(this::hungUp);
        sessions.begun(out);
        stream.request(MESSAGES_AHEAD);
    }

    @Override
    public void onNext(OpenSessionRequest message) {
        if (over) {
            return;
        }
        try {
            switch (message.getRequestCase()) {
                case HELLO -> hello(message.getHello());
                case HELLO_PART -> helloPart(message.getHelloPart());
                case REPORT -> report(message.getReport());
                case HEARTBEAT -> heartbeat(message.getHeartbeat());
                case REQUEST_NOT_SET ->
                        throw new MalformedMessageException("request", "nothing is told");
            }
        } catch (MalformedMessageException e) {
            refuse(
                    ApiException.of(
                            Status.Code.INVALID_ARGUMENT,
                            "MALFORMED_MESSAGE",
                            String.valueOf(e.getMessage())));
        } catch (ApiException e) {
            refuse(e);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        hungUp();
    }

    @Override
    public void onCompleted() {
        refuse(ApiException.of(Status.Code.ABORTED, "SESSION_ENDED", "the worker hung up"));
    }

    private void hello(Hello hello) {
        if (incoming.isPresent()) {
            throw new MalformedMessageException("hello", "said already in this session");
        }
        checkVersion(hello);
        checkEpoch(hello);
        IncomingHello begun = new IncomingHello(hello);
        incoming = Optional.of(begun);
        openIfComplete(begun);
    }

    private void helloPart(HelloPart part) {
        IncomingHello begun =
                incoming.filter(it -> !it.isComplete())
                        .orElseThrow(() ->
                                new MalformedMessageException(
                                        "hello_part", "no hello says that more follows"));
        begun.add(part);
        openIfComplete(begun);
    }

    private void openIfComplete(IncomingHello hello) {
        if (hello.isComplete()) {
            open(hello.event(loop.nextCause(), id));
        } else {
            out.request();
        }
    }

    private void open(WorkerConnected event) {
        WorkerSession opened =
                new WorkerSession(
                        id,
                        event.worker(),
                        event.incarnation(),
                        out,
                        new OrderQueue(loop.epoch()),
                        this::disconnected);
        session = Optional.of(opened);
        loop.tellIf(() -> sessions.open(opened), event, out::request);
    }

    private static void checkVersion(Hello hello) {
        if (hello.getProtocolVersion() != HelloWire.PROTOCOL_VERSION) {
            throw ApiException.failedPrecondition(
                            "PROTOCOL_VERSION",
                            "this master speaks version %d of the session protocol, the worker %d"
                                    .formatted(
                                            HelloWire.PROTOCOL_VERSION, hello.getProtocolVersion()))
                    .with("version", HelloWire.PROTOCOL_VERSION);
        }
    }

    /** A worker that has obeyed a later master knows better than this one who leads. */
    private void checkEpoch(Hello hello) {
        if (hello.getEpoch() > loop.epoch()) {
            throw SchedulerLoop.notLeading().with("epoch", hello.getEpoch());
        }
    }

    private void report(Report report) {
        WorkerSession present = present("report");
        loop.tell(
                ReportWire.fromProto(report, loop.nextCause(), present.worker(), id), out::request);
    }

    private void heartbeat(Heartbeat heartbeat) {
        WorkerSession present = present("heartbeat");
        loop.tell(
                new WorkerHeartbeat(
                        loop.nextCause(), present.worker(), id, shorten(heartbeat.getShortage())),
                () -> {
                    sessions.feels(present, heartbeat.getStatistics());
                    present.answer(loop.epoch());
                    out.request();
                });
    }

    private static String shorten(String text) {
        return text.substring(0, Math.min(text.length(), SHORTAGE_MAX));
    }

    private WorkerSession present(String message) {
        return session.orElseThrow(
                () -> new MalformedMessageException(message, "comes before hello"));
    }

    private void ready() {
        session.ifPresent(present -> loop.run(() -> sessions.ready(present)));
    }

    /** Ends the session because of what the worker said. */
    private void refuse(ApiException why) {
        out.end(why);
        hungUp();
    }

    private void hungUp() {
        if (over) {
            return;
        }
        over = true;
        sessions.over(out);
        disconnected();
    }

    private void disconnected() {
        session.ifPresent(present ->
                loop.tell(
                        new WorkerDisconnected(loop.nextCause(), present.worker(), id),
                        () -> sessions.gone(present)));
    }
}
