package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that has happened, or that somebody wants. {@code cause} names the stimulus, such as
 * one RPC; what follows from it carries the same cause.
 */
public sealed interface SchedulerEvent {
    /** Names the stimulus; unique within a master's term where a reply is expected. */
    String cause();

    /**
     * This master leads from now on; the first event, once, after the facts were replayed.
     *
     * @param wallClock for people only
     */
    record TookOver(String cause, Instant wallClock) implements SchedulerEvent {}

    /**
     * Somebody wants a job to run. Answered by {@link SchedulerCommand.Accepted} or {@link
     * SchedulerCommand.Refused}.
     *
     * @param wallClock for people only
     */
    record JobSubmitted(String cause, JobSpec spec, Instant wallClock) implements SchedulerEvent {}

    /**
     * Somebody wants a job, or some of its tasks, to stop. Answered by {@link
     * SchedulerCommand.Completed} or {@link SchedulerCommand.Refused}.
     *
     * @param tasks empty: the whole job
     * @param signal the first signal to running processes
     * @param wallClock for people only
     */
    record CancelRequested(
            String cause,
            JobId job,
            Optional<TaskSelection> tasks,
            int signal,
            String reason,
            Instant wallClock)
            implements SchedulerEvent {}

    /**
     * Somebody wants the failed, cancelled or lost tasks of an ended job to run again. Answered by
     * {@link SchedulerCommand.Completed} or {@link SchedulerCommand.Refused}.
     */
    record RetryRequested(String cause, JobId job, Optional<TaskSelection> tasks)
            implements SchedulerEvent {}

    /** Some tasks of one stage; {@code tasks} empty: all of them. */
    record TaskSelection(int stage, Optional<Ranges> tasks) {}

    /**
     * A worker has opened a session; a session it had before is over.
     *
     * @param session names the session; unique within a master's term
     * @param outstanding what was granted to it and not acknowledged: running, waiting or ended
     * @param held the successful outputs that are whole on its disk
     */
    record WorkerConnected(
            String cause,
            WorkerId worker,
            long incarnation,
            long session,
            String address,
            Resources offer,
            List<StageAttempts> outstanding,
            List<HeldOutputs> held)
            implements SchedulerEvent {
        public WorkerConnected {
            outstanding = List.copyOf(outstanding);
            held = List.copyOf(held);
        }
    }

    /**
     * Attempts of one stage under one attempt number.
     *
     * @param epoch that of their grant
     * @param reportSequence the report that tells their end and was not acknowledged; 0: they have
     *     not ended, or that was not reported
     */
    record StageAttempts(
            StageRef stage, long epoch, int attempt, Ranges tasks, long reportSequence) {}

    /** The successful outputs of one stage of which a worker has something left; maybe none. */
    record HeldOutputs(StageRef stage, Ranges tasks) {}

    /** A session is broken; the worker may come back with its tasks. */
    record WorkerDisconnected(String cause, WorkerId worker, long session)
            implements SchedulerEvent {}

    /**
     * A worker lives.
     *
     * @param shortage why it wants no new tasks at present, in a sentence; empty if it wants some
     */
    record WorkerHeartbeat(String cause, WorkerId worker, long session, String shortage)
            implements SchedulerEvent {}

    /**
     * A worker tells what has happened to its tasks.
     *
     * @param sequence 1, 2, 3, ... within an incarnation; repeated until acknowledged
     */
    record WorkerReported(String cause, WorkerId worker, long session, long sequence, Report report)
            implements SchedulerEvent {}

    /**
     * What a worker tells at once.
     *
     * @param stages what has happened to its tasks
     * @param copies what has become of copies that it was to make
     * @param damaged outputs that it held and has dropped, because they were damaged
     */
    record Report(List<StageReport> stages, List<CopyReport> copies, List<HeldOutputs> damaged) {
        public Report {
            stages = List.copyOf(stages);
            copies = List.copyOf(copies);
            damaged = List.copyOf(damaged);
        }

        /** A report of tasks only. */
        public static Report of(List<StageReport> stages) {
            return new Report(stages, List.of(), List.of());
        }
    }

    /**
     * What has become of outputs that a worker was to copy.
     *
     * @param copy the number of the order
     * @param epoch that of the order
     * @param copied they are durable here now
     * @param trouble which could not be copied, and why
     * @param isOver whether nothing more comes of this order: what is neither copied nor failed was
     *     not tried
     */
    record CopyReport(
            long copy,
            long epoch,
            StageRef stage,
            Ranges copied,
            Optional<CopyTrouble> trouble,
            boolean isOver) {}

    /**
     * Outputs that could not be copied.
     *
     * @param isSourceToBlame whether they could not be read; else, they could not be kept
     */
    record CopyTrouble(Ranges tasks, boolean isSourceToBlame, String detail) {}

    /**
     * What has happened to the tasks of one stage and attempt.
     *
     * @param silent those of the succeeded tasks that wrote nothing at all
     * @param runTime how long the ended processes ran, added up
     */
    record StageReport(
            StageRef stage,
            long epoch,
            int attempt,
            Ranges started,
            Ranges succeeded,
            Ranges silent,
            List<FailedTasks> failed,
            Ranges released,
            Duration runTime) {
        public StageReport {
            failed = List.copyOf(failed);
        }
    }

    /** Tasks that failed in the same way. */
    record FailedTasks(Failure failure, Ranges tasks) {}

    /** An operator wants a worker to get no new tasks, or to get them again. */
    record DrainRequested(String cause, WorkerId worker, boolean resume)
            implements SchedulerEvent {}

    /**
     * Somebody has looked where the inputs of a stage are. What it says need not be all, nor true
     * any more. Answers {@link SchedulerCommand.LocateInputs}; may come late, or never.
     *
     * @param places the tasks whose input a worker has; a task may be with several, or with none
     */
    record InputsLocated(String cause, StageRef stage, SortedMap<WorkerId, Ranges> places)
            implements SchedulerEvent {
        public InputsLocated {
            places = Collections.unmodifiableSortedMap(new TreeMap<>(places));
        }
    }

    /**
     * Time has passed; comes every {@link SchedulerLimits#tick} or so.
     *
     * @param stalled the master itself was late: it accuses nobody of silence this time
     * @param wallClock for people only
     */
    record Tick(String cause, boolean stalled, Instant wallClock) implements SchedulerEvent {}
}
