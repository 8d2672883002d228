package dev.atoll.simulation.world;

import java.util.ArrayDeque;
import java.util.Optional;

/** One direction of a session. */
final class Lane<M> {
    /* Every message plans one arrival, never earlier than the one before; an arrival takes whatever
     * is first in line. So a lane that is blocked for a while stalls, as TCP does, and keeps its
     * order. */
    private static final long STALL_NANOS = 50_000_000;

    private final Network network;
    private final Host from;
    private final Host to;
    private final long toGeneration;
    private final ArrayDeque<M> onTheWay = new ArrayDeque<>();
    private Optional<Session.Receiver<M>> receiver = Optional.empty();
    private Runnable whenOver = () -> {};
    private long lastArrivalNanos;
    private boolean isCut;
    private boolean isOver;

    Lane(Network network, Host from, Host to) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.toGeneration = to.generation();
    }

    void receiver(Session.Receiver<M> newReceiver) {
        receiver = Optional.of(newReceiver);
    }

    /** Says what happens when the receiver has learned of the end, or listens no more. */
    void whenOver(Runnable action) {
        if (isOver) {
            action.run();
        } else {
            whenOver = action;
        }
    }

    boolean isOver() {
        return isOver;
    }

    void send(M message) {
        if (!isCut && !isOver) {
            onTheWay.addLast(message);
            plan(network.delayNanos(), this::arrive);
        }
    }

    private void plan(long delayNanos, Runnable action) {
        long now = network.world().nowNanos();
        lastArrivalNanos = Math.max(lastArrivalNanos, now + delayNanos);
        network.world().afterNanos(lastArrivalNanos - now, action);
    }

    private void arrive() {
        if (isOver || onTheWay.isEmpty()) {
            return;
        }
        if (network.isBlocked(from, to)) {
            network.world().afterNanos(STALL_NANOS, this::arrive);
            return;
        }
        M message = onTheWay.removeFirst();
        to.reach(toGeneration, () -> hear(message));
    }

    /* The receiver may have hung up while the message waited for a paused process. */
    private void hear(M message) {
        if (!isOver) {
            receiver.ifPresent(it -> it.received(message));
        }
    }

    /** Loses some of the last messages; the rest arrives, and then the news. */
    void cut() {
        if (isCut) {
            return;
        }
        isCut = true;
        int kept = network.dice().between(0, onTheWay.size());
        while (onTheWay.size() > kept) {
            onTheWay.removeLast();
        }
        plan(network.noticeDelay().toNanos(), this::end);
    }

    private void end() {
        if (isOver) {
            return;
        }
        if (!onTheWay.isEmpty()) {
            network.world().afterNanos(STALL_NANOS, this::end);
            return;
        }
        to.reach(toGeneration, this::hearTheEnd);
    }

    private void hearTheEnd() {
        if (!isOver) {
            isOver = true;
            receiver.ifPresent(Session.Receiver::broken);
            whenOver.run();
        }
    }

    /** The receiver listens no more. */
    void deafen() {
        isCut = true;
        onTheWay.clear();
        if (!isOver) {
            isOver = true;
            whenOver.run();
        }
    }
}
