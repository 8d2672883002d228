package dev.atoll.client;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;

import java.util.Optional;

/**
 * A task as the master knows it.
 *
 * @param jobId its job
 * @param stage the position of its stage
 * @param index its index in the stage
 * @param state where it stands
 * @param attempt the latest attempt, from 1; 0 before the first
 * @param workerId where it runs or ran last; empty before the first attempt
 * @param failure how its last attempt failed, if it did
 * @param backup the attempt that runs beside this one on a second worker, if one does
 */
public record TaskStatus(
        JobId jobId,
        int stage,
        int index,
        State state,
        int attempt,
        String workerId,
        Optional<Failure> failure,
        Optional<Backup> backup) {
    /** A second attempt of a task, beside the first. */
    public record Backup(int attempt, String workerId) {}

    /** Where a task stands. */
    public enum State {
        /** Not started. */
        WAITING,
        /** Given to a worker. */
        RUNNING,
        /** Succeeded. */
        SUCCEEDED,
        /** Failed for good. */
        FAILED,
        /** Its job was stopped before it ran. */
        CANCELLED
    }
}
