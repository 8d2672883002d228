package dev.atoll.master.relay;

import dev.atoll.master.loop.MasterMetrics;

import java.time.Duration;

/**
 * What it takes to pass something on.
 *
 * @param channels the ways to the workers
 * @param metrics counts what passes
 * @param patience how long what exists may be out of reach before it counts as lost
 */
record Passage(WorkerChannels channels, MasterMetrics metrics, Duration patience) {}
