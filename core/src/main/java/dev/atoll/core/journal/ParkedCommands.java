package dev.atoll.core.journal;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What waits until the facts that it reveals are durable. One thread owns it. */
final class ParkedCommands {
    /* Orders to one worker about one job keep their order: when dropping a job's outputs waits for
     * the ledger, a later grant of the same tasks must wait behind it, or the worker would drop the
     * outputs of the new attempt. Everything else may overtake. */

    private final ArrayDeque<Parked> parked = new ArrayDeque<>();
    private final Map<Lane, Integer> lanes = new LinkedHashMap<>();

    private record Parked(long position, Optional<Lane> lane, Runnable action) {}

    /** Orders about one job in one session. */
    private record Lane(long session, JobId job) {}

    /** Whether a command that reveals nothing must wait all the same, behind one that does. */
    boolean mustWait(ToWorker command) {
        return !lanes.isEmpty() && lane(command).map(lanes::containsKey).orElse(false);
    }

    /** Parks an order until everything up to a position is durable. */
    void park(long position, ToWorker command, Runnable action) {
        Optional<Lane> lane = lane(command);
        lane.ifPresent(l -> lanes.merge(l, 1, Integer::sum));
        parked.addLast(new Parked(position, lane, action));
    }

    /** Parks an answer until everything up to a position is durable. */
    void park(long position, Runnable action) {
        parked.addLast(new Parked(position, Optional.empty(), action));
    }

    /** Carries out what need not wait any more, in the order in which it was parked. */
    void release(long durablePosition) {
        while (!parked.isEmpty() && parked.getFirst().position() <= durablePosition) {
            Parked next = parked.removeFirst();
            next.lane().ifPresent(l -> lanes.computeIfPresent(l, (_, n) -> n == 1 ? null : n - 1));
            next.action().run();
        }
    }

    /** How many wait. */
    int size() {
        return parked.size();
    }

    private static Optional<Lane> lane(ToWorker command) {
        return switch (command) {
            case SchedulerCommand.Introduce c -> Optional.of(lane(command, c.stage().job()));
            case SchedulerCommand.Grant c -> Optional.of(lane(command, c.stage().job()));
            case SchedulerCommand.Revoke c -> Optional.of(lane(command, c.stage().job()));
            case SchedulerCommand.Stop c -> Optional.of(lane(command, c.stage().job()));
            case SchedulerCommand.Discard c -> Optional.of(lane(command, c.stage().job()));
            case SchedulerCommand.Copy c -> Optional.of(lane(command, c.stage().job()));
            case SchedulerCommand.Forget c -> Optional.of(lane(command, c.job()));
            case SchedulerCommand.Welcome _,
                    SchedulerCommand.Acknowledge _,
                    SchedulerCommand.Close _ ->
                    Optional.empty();
        };
    }

    private static Lane lane(ToWorker command, JobId job) {
        return new Lane(command.session(), job);
    }
}
