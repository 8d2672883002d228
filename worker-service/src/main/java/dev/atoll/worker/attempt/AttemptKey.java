package dev.atoll.worker.attempt;

import dev.atoll.core.model.TaskRef;

/**
 * Names an attempt.
 *
 * @param task its task
 * @param attempt its number, from 1
 */
public record AttemptKey(TaskRef task, int attempt) {}
