package dev.atoll.core.scheduler;

import java.time.Duration;

/**
 * The limits and patience of a scheduler.
 *
 * @param tick how often {@link SchedulerEvent.Tick} comes
 * @param silenceSuspect a worker that was silent for so long is suspect: it gets no new tasks
 * @param silenceLost a worker that was silent for so long is given up
 * @param disconnectGrace a worker whose session broke is given up after so long
 * @param recoveryGrace a new leader waits so long for workers to come back with the tasks that they
 *     run, before it queues those tasks
 * @param backlogTarget how much work a worker may hold beyond what it can run at once; short tasks
 *     are granted in larger numbers so that a worker never waits for the next grant
 * @param grantTasksMax the most tasks of one grant
 * @param localityWait for so long a worker with room leaves tasks to those that have their input;
 *     0: nobody asks where that is
 * @param stragglerMin a task that has run for less is never given a backup
 * @param quarantineMin how long a worker on which everything fails gets no tasks, the first time
 * @param clusterTroubleMax after so many attempts that the cluster lost, a task fails
 * @param activeJobsMax the most jobs that have not ended
 * @param activeTasksMax the most tasks of jobs that have not ended
 * @param endedJobsMax the most ended jobs that are kept; the oldest are forgotten first
 * @param lostWorkersMax the most lost workers that are remembered
 */
public record SchedulerLimits(
        Duration tick,
        Duration silenceSuspect,
        Duration silenceLost,
        Duration disconnectGrace,
        Duration recoveryGrace,
        Duration backlogTarget,
        int grantTasksMax,
        Duration localityWait,
        Duration stragglerMin,
        Duration quarantineMin,
        int clusterTroubleMax,
        int activeJobsMax,
        long activeTasksMax,
        int endedJobsMax,
        int lostWorkersMax) {
    /** What serves a small cluster well. */
    public static SchedulerLimits defaults() {
        return new SchedulerLimits(
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                Duration.ofMillis(100),
                4096,
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                3,
                10_000,
                100_000_000L,
                1_000,
                100);
    }
}
