package dev.atoll.simulation.worker;

import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.master.Downlink;
import dev.atoll.simulation.master.Masters;
import dev.atoll.simulation.master.Uplink;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.util.Optional;

/**
 * The worker's side of its sessions: finds the leader, connects, and hears one session at a time.
 */
final class Uplinks {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration HEARTBEAT_EVERY = Duration.ofMillis(300);

    private final WorkerNode worker;
    private final Dice dice;
    private Optional<Link> current = Optional.empty();
    private boolean isWelcoming;

    /** A session to a master, as its term was known when it was opened. */
    private static final class Link {
        final Session<Uplink, Downlink> session;
        final long epoch;
        boolean isWelcome;

        Link(Session<Uplink, Downlink> session, long epoch) {
            this.session = session;
            this.epoch = epoch;
        }
    }

    Uplinks(WorkerNode worker, Dice dice) {
        this.worker = worker;
        this.dice = dice;
    }

    void begin() {
        look();
        beat();
    }

    /** The process is dead. */
    void forget() {
        current = Optional.empty();
    }

    private void look() {
        worker.place().masters().find(worker.host(), this::heardOf);
        worker.host().after(dice.between(LOOK_EVERY, LOOK_EVERY.multipliedBy(2)), this::look);
    }

    /** A leader is known; what was known of it may be old. */
    private void heardOf(Masters.Known leader) {
        long mine = current.map(it -> it.epoch).orElse(0L);
        if (leader.epoch() <= mine) {
            return;
        }
        current.ifPresent(old -> {
            if (!worker.has(Mutation.OBEY_ANY_EPOCH)) {
                old.session.hangUp();
            }
            current = Optional.empty();
            worker.handle(new AgentEvent.Disconnected());
        });
        connect(leader);
    }

    private void connect(Masters.Known leader) {
        Session<Uplink, Downlink> session =
                worker.place().network().open(worker.host(), leader.master().host());
        Link link = new Link(session, leader.epoch());
        session.listen(new Hearing(link));
        current = Optional.of(link);
        leader.master().accept(session);
        worker.host().tell("connects to", leader.master().host().name(), leader.epoch());
        worker.handle(new AgentEvent.Connected());
    }

    void send(Uplink message) {
        boolean isRepetition =
                message instanceof Uplink.Report
                        && worker.has(Mutation.FORGET_UNACKNOWLEDGED_REPORTS)
                        && isWelcoming;
        if (!isRepetition) {
            current.ifPresent(it -> it.session.sendUp(message));
        }
    }

    private void beat() {
        current.filter(it -> it.isWelcome)
                .ifPresent(it -> it.session.sendUp(new Uplink.Heartbeat()));
        worker.host().after(HEARTBEAT_EVERY, this::beat);
    }

    /** The worker's ear at one session; deaf once another is the current one. */
    private final class Hearing implements Session.Receiver<Downlink> {
        private final Link link;

        Hearing(Link link) {
            this.link = link;
        }

        private boolean isCurrent() {
            return current.filter(it -> it == link).isPresent();
        }

        @Override
        public void received(Downlink message) {
            if (!isCurrent() && !worker.has(Mutation.OBEY_ANY_EPOCH)) {
                return;
            }
            SchedulerCommand.ToWorker order = message.order();
            link.isWelcome |= order instanceof SchedulerCommand.Welcome;
            worker.place()
                    .witness()
                    .observe(new Observation.OrderArrived(worker.id(), message.epoch()));
            if (order
                    instanceof SchedulerCommand.Acknowledge(var id, long session, long sequence)) {
                acknowledged(sequence);
            }
            long epoch =
                    worker.has(Mutation.OBEY_ANY_EPOCH)
                            ? Math.max(message.epoch(), worker.epoch())
                            : message.epoch();
            isWelcoming = order instanceof SchedulerCommand.Welcome;
            Orders.event(epoch, order).ifPresent(worker::handle);
            isWelcoming = false;
        }

        private void acknowledged(long sequence) {
            worker.place()
                    .witness()
                    .observe(
                            new Observation.ReportAcknowledged(
                                    worker.id(),
                                    worker.incarnation(),
                                    sequence,
                                    worker.place().ledger()));
        }

        @Override
        public void broken() {
            if (isCurrent()) {
                current = Optional.empty();
                worker.handle(new AgentEvent.Disconnected());
            }
        }
    }
}
