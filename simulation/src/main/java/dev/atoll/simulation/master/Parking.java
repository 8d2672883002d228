package dev.atoll.simulation.master;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What waits until the facts that it reveals are durable. */
final class Parking {
    /* Orders to one worker about one job keep their order: when dropping a job's outputs waits for
     * the ledger, a later grant of the same tasks waits behind it. Everything else may overtake, as
     * with a real master. */
    private final List<Parked> parked = new ArrayList<>();
    private final Map<String, Long> lanes = new TreeMap<>();

    private record Parked(long position, Optional<String> lane, Runnable action) {}

    /** The position behind which an order must wait: that of the order before it in its lane. */
    long positionAhead(ToWorker order) {
        return lane(order).map(it -> lanes.getOrDefault(it, 0L)).orElse(0L);
    }

    void park(long position, ToWorker order, Runnable action) {
        Optional<String> lane = lane(order);
        lane.ifPresent(it -> lanes.merge(it, position, Math::max));
        parked.add(new Parked(position, lane, action));
    }

    void park(long position, Runnable action) {
        parked.add(new Parked(position, Optional.empty(), action));
    }

    /** Carries out what need not wait any more, in the order in which it was parked. */
    void release(long durablePosition) {
        List<Parked> ready =
                parked.stream().filter(it -> it.position() <= durablePosition).toList();
        parked.removeAll(ready);
        lanes.values().removeIf(position -> position <= durablePosition);
        ready.forEach(it -> it.action().run());
    }

    private static Optional<String> lane(ToWorker order) {
        return switch (order) {
            case SchedulerCommand.Introduce it -> lane(order, it.stage().job());
            case SchedulerCommand.Grant it -> lane(order, it.stage().job());
            case SchedulerCommand.Revoke it -> lane(order, it.stage().job());
            case SchedulerCommand.Stop it -> lane(order, it.stage().job());
            case SchedulerCommand.Discard it -> lane(order, it.stage().job());
            case SchedulerCommand.Forget it -> lane(order, it.job());
            case SchedulerCommand.Welcome it -> Optional.empty();
            case SchedulerCommand.Acknowledge it -> Optional.empty();
            case SchedulerCommand.Close it -> Optional.empty();
        };
    }

    private static Optional<String> lane(ToWorker order, JobId job) {
        return Optional.of(order.session() + "/" + job);
    }
}
