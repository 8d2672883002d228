package dev.atoll.simulation.master;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;
import dev.atoll.simulation.world.Session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The sessions of one term. */
final class Sessions {
    private final long epoch;
    private final Map<Long, Open> byId = new LinkedHashMap<>();
    private final Map<WorkerId, Open> byWorker = new TreeMap<>();
    private long lastId;

    /** An open session. */
    private record Open(
            long id, WorkerId worker, long incarnation, Session<Uplink, Downlink> session) {}

    Sessions(long epoch) {
        this.epoch = epoch;
    }

    /**
     * Takes in a session, the older one of the same worker is over; empty and ended if a newer
     * incarnation of the worker is here.
     */
    Optional<Long> open(Uplink.Hello hello, Session<Uplink, Downlink> session) {
        Open before = byWorker.get(hello.worker());
        if (before != null && before.incarnation() > hello.incarnation()) {
            session.end();
            return Optional.empty();
        }
        if (before != null) {
            remove(before.id());
            before.session().end();
        }
        Open opened = new Open(++lastId, hello.worker(), hello.incarnation(), session);
        byId.put(opened.id(), opened);
        byWorker.put(opened.worker(), opened);
        return Optional.of(opened.id());
    }

    /** The session that a worker has now. */
    Optional<Long> of(WorkerId worker) {
        return Optional.ofNullable(byWorker.get(worker)).map(Open::id);
    }

    void tell(ToWorker order) {
        Open open = byId.get(order.session());
        if (open == null) {
            return;
        }
        if (order instanceof SchedulerCommand.Close) {
            remove(open.id());
            open.session().end();
            return;
        }
        open.session().sendDown(new Downlink(epoch, order));
    }

    void remove(long id) {
        Open open = byId.remove(id);
        if (open != null) {
            byWorker.remove(open.worker(), open);
        }
    }

    void endAll() {
        for (Open open : new ArrayList<>(byId.values())) {
            remove(open.id());
            open.session().end();
        }
    }
}
