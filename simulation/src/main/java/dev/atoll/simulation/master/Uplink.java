package dev.atoll.simulation.master;

import dev.atoll.core.model.Resources;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;

import java.util.List;

/** What a worker tells the master in its session. */
public sealed interface Uplink {
    /** Who is here; the first message. */
    record Hello(
            WorkerId worker,
            long incarnation,
            Resources offer,
            long epoch,
            List<StageAttempts> outstanding,
            List<HeldOutputs> held)
            implements Uplink {}

    /** What has happened. */
    record Report(long sequence, SchedulerEvent.Report report) implements Uplink {}

    /** The worker lives. */
    record Heartbeat() implements Uplink {}
}
