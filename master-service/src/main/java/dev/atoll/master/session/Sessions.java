package dev.atoll.master.session;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.proto.worker.v1.WorkerStatistics;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.OrderWire;

import io.grpc.Status;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The sessions of one term. The loop's thread owns it, but for what is said otherwise. */
public final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final Duration heartbeatInterval;
    private final Map<Long, WorkerSession> byId = new HashMap<>();
    private final Map<WorkerId, WorkerSession> byWorker = new HashMap<>();
    private final Set<WorkerSession> toFlush = new LinkedHashSet<>();
    private final ConcurrentMap<WorkerId, WorkerStatistics> statistics = new ConcurrentHashMap<>();
    private final Set<Downlink> downlinks = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /**
     * No sessions at first.
     *
     * @param heartbeatInterval how often workers are to be heard
     */
    public Sessions(Duration heartbeatInterval) {
        this.heartbeatInterval = heartbeatInterval;
    }

    /** How a worker feels, by its latest heartbeat in the session it has. Any thread may ask. */
    public Optional<WorkerStatistics> statistics(WorkerId worker) {
        return Optional.ofNullable(statistics.get(worker));
    }

    /** Takes what is to be told to a worker; without effect when its session is over. */
    public void tell(ToWorker command) {
        WorkerSession session = byId.get(command.session());
        if (session == null) {
            return;
        }
        if (command instanceof SchedulerCommand.Close close) {
            remove(session);
            session.end(ApiException.unavailable("GIVEN_UP", close.reason()));
            return;
        }
        OrderWire.toProto(command, heartbeatInterval)
                .ifPresent(order -> {
                    session.add(order);
                    toFlush.add(session);
                });
    }

    /** Sends what was taken. */
    public void flush() {
        toFlush.forEach(WorkerSession::flush);
        toFlush.clear();
    }

    /** Ends every session; none is opened any more. Called when the loop has ended. */
    public void endAll() {
        over = true;
        downlinks.forEach(downlink -> downlink.end(SchedulerLoop.notLeading()));
    }

    /** A stream has begun. Any thread may say so. */
    void begun(Downlink downlink) {
        downlinks.add(downlink);
        if (over) {
            downlink.end(SchedulerLoop.notLeading());
        }
    }

    /** A stream is over. Any thread may say so. */
    void over(Downlink downlink) {
        downlinks.remove(downlink);
    }

    /**
     * Takes in a session; an older one of the same worker is over.
     *
     * @return false if it was refused and ended, because a newer incarnation of the worker is here
     */
    boolean open(WorkerSession session) {
        WorkerSession before = byWorker.get(session.worker());
        if (before != null && before.incarnation() > session.incarnation()) {
            session.end(
                    ApiException.failedPrecondition(
                                    "NEWER_INCARNATION",
                                    "a newer incarnation of worker %s is connected"
                                            .formatted(session.worker()))
                            .with("incarnation", before.incarnation()));
            return false;
        }
        if (before != null) {
            remove(before);
            before.end(
                    ApiException.of(
                            Status.Code.ABORTED,
                            "SESSION_REPLACED",
                            "the worker opened a newer session"));
        }
        byId.put(session.id(), session);
        byWorker.put(session.worker(), session);
        LOG.info("Worker {} connected, session {}", session.worker(), session.id());
        return true;
    }

    /** The worker has room for more. */
    void ready(WorkerSession session) {
        session.flush();
    }

    /** The worker has hung up, or said what cannot be understood. */
    void gone(WorkerSession session) {
        if (byId.containsKey(session.id())) {
            LOG.info("Worker {} disconnected, session {}", session.worker(), session.id());
        }
        remove(session);
    }

    /** Notes how a worker feels. */
    void feels(WorkerSession session, WorkerStatistics feeling) {
        if (byId.containsKey(session.id())) {
            statistics.put(session.worker(), feeling);
        }
    }

    private void remove(WorkerSession session) {
        byId.remove(session.id());
        toFlush.remove(session);
        if (byWorker.remove(session.worker(), session)) {
            statistics.remove(session.worker());
        }
    }
}
