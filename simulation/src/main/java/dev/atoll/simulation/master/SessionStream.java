package dev.atoll.simulation.master;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.world.Session;

import java.util.List;
import java.util.Optional;

/** The master's end of one session, which turns what it hears into events. */
final class SessionStream {
    private final Term term;
    private final Session<Uplink, Downlink> session;
    private Optional<Opened> opened = Optional.empty();

    private record Opened(WorkerId worker, long id) {}

    SessionStream(Term term, Session<Uplink, Downlink> session) {
        this.term = term;
        this.session = session;
    }

    void received(Uplink message) {
        if (term.isOver()) {
            session.end();
            return;
        }
        switch (message) {
            case Uplink.Hello hello -> hello(hello);
            case Uplink.Report report ->
                    opened.ifPresent(it ->
                            term.handle(
                                    new SchedulerEvent.WorkerReported(
                                            term.nextCause(),
                                            it.worker(),
                                            session(it),
                                            report.sequence(),
                                            term.has(Mutation.BELIEVE_OLD_ATTEMPTS)
                                                    ? term.asOfNow(report.report())
                                                    : report.report())));
            case Uplink.Heartbeat beat ->
                    opened.ifPresent(it ->
                            term.handle(
                                    new SchedulerEvent.WorkerHeartbeat(
                                            term.nextCause(), it.worker(), session(it), "")));
        }
    }

    private void hello(Uplink.Hello hello) {
        if (hello.epoch() > term.epoch()) {
            session.end();
            return;
        }
        term.sessions()
                .open(hello, session)
                .ifPresent(id -> {
                    opened = Optional.of(new Opened(hello.worker(), id));
                    term.handle(connected(hello, id));
                });
    }

    private SchedulerEvent connected(Uplink.Hello hello, long id) {
        return new SchedulerEvent.WorkerConnected(
                term.nextCause(),
                hello.worker(),
                hello.incarnation(),
                id,
                hello.worker() + ":1",
                hello.offer(),
                term.has(Mutation.RECOVER_WITHOUT_OUTSTANDING) ? List.of() : hello.outstanding(),
                term.has(Mutation.RECOVER_WITHOUT_HELD) ? List.of() : hello.held());
    }

    private long session(Opened mine) {
        return term.has(Mutation.BELIEVE_OLD_SESSIONS)
                ? term.sessions().of(mine.worker()).orElse(mine.id())
                : mine.id();
    }

    void broken() {
        opened.filter(it -> !term.isOver())
                .ifPresent(it -> {
                    term.handle(
                            new SchedulerEvent.WorkerDisconnected(
                                    term.nextCause(), it.worker(), it.id()));
                    term.sessions().remove(it.id());
                });
    }
}
