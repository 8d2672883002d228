package dev.atoll.master.relay;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.PeerChannels;

import io.grpc.Channel;

import java.util.List;
import java.util.Optional;

/** The ways to the workers, by their ids. */
final class WorkerChannels {
    /** The reason of the error that a worker was given up. */
    static final String GONE = "WORKER_GONE";

    private final PeerChannels peers;

    WorkerChannels(PeerChannels peers) {
        this.peers = peers;
    }

    /** The way to a worker; empty if it is not known, or was given up. */
    Optional<Channel> find(SchedulerLoop loop, WorkerId id) {
        return known(loop, id)
                .filter(worker -> worker.state() != WorkerState.LOST)
                .flatMap(this::to);
    }

    /**
     * The way to a worker.
     *
     * @throws ApiException UNAVAILABLE: reason {@link #GONE} if it was given up; another if it is
     *     not known, which may be because this master has only begun to lead
     */
    Channel require(SchedulerLoop loop, WorkerId id) {
        Optional<WorkerView> worker = known(loop, id);
        if (worker.filter(view -> view.state() == WorkerState.LOST).isPresent()) {
            throw ApiException.unavailable(GONE, "worker %s is gone".formatted(id));
        }
        return worker.flatMap(this::to)
                .orElseThrow(() ->
                        ApiException.unavailable(
                                "WORKER_NOT_HERE", "worker %s is not here".formatted(id)));
    }

    /** Workers that are linked and heard of, ordered by id. */
    List<WorkerView> present(SchedulerLoop loop) {
        return loop.peek(SchedulerView::workers).stream()
                .filter(worker ->
                        worker.state() == WorkerState.READY
                                || worker.state() == WorkerState.DRAINING
                                || worker.state() == WorkerState.QUARANTINED)
                .toList();
    }

    /** The way to a worker; empty if the address that it gave is none. */
    Optional<Channel> to(WorkerView worker) {
        try {
            return Optional.of(peers.to(HostAndPort.parse(worker.address()), worker.id().value()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<WorkerView> known(SchedulerLoop loop, WorkerId id) {
        return loop.peek((view, now) -> view.worker(id, now));
    }
}
