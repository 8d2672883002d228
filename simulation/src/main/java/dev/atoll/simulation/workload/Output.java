package dev.atoll.simulation.workload;

import dev.atoll.core.model.WorkerId;

/**
 * What one attempt wrote: it says who wrote it, so that any two attempts differ.
 *
 * @param program the program that ran
 * @param index the task's number
 * @param epoch the epoch of the grant
 * @param attempt the number of the attempt
 */
public record Output(String program, int index, WorkerId worker, long epoch, int attempt) {}
