package dev.atoll.master.session;

import dev.atoll.master.loop.SchedulerLoop;

import java.time.Instant;

/**
 * What exists only while this master leads.
 *
 * @param since when it began to lead, by its wall clock
 */
public record Term(SchedulerLoop loop, Sessions sessions, Instant since) {}
