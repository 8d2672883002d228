package dev.atoll.simulation.master;

import dev.atoll.core.scheduler.SchedulerCommand;

/** What a master tells a worker in its session. */
public record Downlink(long epoch, SchedulerCommand.ToWorker order) {}
