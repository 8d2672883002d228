package dev.atoll.master;

import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.config.Key;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.naming.NamingConfig;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a master.
 *
 * @param listen where it serves
 * @param advertise where others reach it
 * @param id what it is called among the members
 * @param leaseTimeToLive how long others wait for its signs of life before one of them leads
 * @param commitInterval how long mere progress waits for the ledger at most
 * @param heartbeatInterval how often workers are to be heard
 * @param mailboxMax how many requests may wait for the scheduler
 * @param relaysAll whether clients are told of no worker
 * @param tuning how patient the scheduler is, and what it holds
 * @param naming where the naming service is
 * @param security who may call
 */
public record MasterConfig(
        @Key(name = "listen", value = "127.0.0.1:7401", doc = "Where the master serves.")
                HostAndPort listen,
        @Key(
                        name = "advertise",
                        value = "",
                        doc =
                                "Where workers and users reach the master, if not at the address"
                                        + " that it listens on.")
                Optional<HostAndPort> advertise,
        @Key(
                        name = "id",
                        value = "",
                        doc =
                                "The name of this master among the members of the cluster, of"
                                        + " [a-z0-9.-]; nothing: master-HOST-PORT.")
                Optional<String> id,
        @Key(
                        name = "lease",
                        value = "3s",
                        min = "2s",
                        max = "10m",
                        doc =
                                "How long the cluster waits for a sign of life of the leading"
                                        + " master before another leads.")
                Duration leaseTimeToLive,
        @Key(
                        name = "commit-interval",
                        value = "100ms",
                        min = "1ms",
                        max = "10s",
                        doc =
                                "How long the progress of running jobs may wait before it is made"
                                        + " durable. What somebody waits for never waits so long.")
                Duration commitInterval,
        @Key(
                        name = "heartbeat",
                        value = "1s",
                        min = "50ms",
                        max = "1m",
                        doc = "How often workers are to give a sign of life.")
                Duration heartbeatInterval,
        @Key(
                        name = "mailbox-max",
                        value = "10000",
                        min = "16",
                        max = "1000000",
                        doc =
                                "How many requests may wait for the scheduler; further ones are"
                                        + " refused with RESOURCE_EXHAUSTED (MASTER_BUSY).")
                int mailboxMax,
        @Key(
                        name = "relay-all",
                        value = "false",
                        doc =
                                "Has all that clients send and fetch go through the master, also"
                                    + " where they could reach workers; there is no need to where"
                                    + " they cannot.")
                boolean relaysAll,
        Tuning tuning,
        NamingConfig naming,
        SecurityConfig security) {
    public MasterConfig {
        if (heartbeatInterval.multipliedBy(2).compareTo(tuning.silenceSuspect()) > 0) {
            throw new IllegalArgumentException(
                    "worker-suspect must be at least twice heartbeat, which is "
                            + heartbeatInterval);
        }
    }

    /**
     * How patient the scheduler is, and what it holds.
     *
     * @param silenceSuspect a worker that is silent for so long gets no new tasks
     * @param silenceLost a worker that is silent for so long is given up
     * @param disconnectGrace how long a worker may take to come back
     * @param recoveryGrace how long a new leader waits for workers
     * @param localityWait how long tasks are left to the workers that have their input
     * @param activeJobsMax the most jobs that have not ended
     * @param activeTasksMax the most tasks of jobs that have not ended
     * @param endedJobsMax the most ended jobs that are kept
     */
    public record Tuning(
            @Key(
                            name = "worker-suspect",
                            value = "3s",
                            min = "100ms",
                            max = "10m",
                            doc = "A worker that is silent for so long gets no new tasks.")
                    Duration silenceSuspect,
            @Key(
                            name = "worker-silence",
                            value = "10s",
                            min = "200ms",
                            max = "1h",
                            doc =
                                    "A worker that is silent for so long is given up: its tasks run"
                                            + " elsewhere.")
                    Duration silenceLost,
            @Key(
                            name = "worker-grace",
                            value = "3s",
                            min = "0s",
                            max = "1h",
                            doc =
                                    "A worker whose connection broke is given up after so long, if"
                                            + " it does not come back.")
                    Duration disconnectGrace,
            @Key(
                            name = "recovery-grace",
                            value = "3s",
                            min = "0s",
                            max = "10m",
                            doc =
                                    "A new leader waits so long for workers to come back with the"
                                            + " tasks that they run, before it runs those again.")
                    Duration recoveryGrace,
            @Key(
                            name = "locality-wait",
                            value = "500ms",
                            min = "0s",
                            max = "1m",
                            doc =
                                    "How long a worker with room leaves tasks to workers that have"
                                            + " their input and are busy; with 0s tasks go anywhere"
                                            + " at once.")
                    Duration localityWait,
            @Key(
                            name = "active-jobs-max",
                            value = "10000",
                            min = "1",
                            max = "1000000",
                            doc =
                                    "The most jobs that have not ended; further ones are refused"
                                            + " with RESOURCE_EXHAUSTED (TOO_MANY_JOBS).")
                    int activeJobsMax,
            @Key(
                            name = "active-tasks-max",
                            value = "100000000",
                            min = "1",
                            max = "10000000000",
                            doc =
                                    "The most tasks of jobs that have not ended; further jobs are"
                                            + " refused with RESOURCE_EXHAUSTED (TOO_MANY_TASKS).")
                    long activeTasksMax,
            @Key(
                            name = "ended-jobs-max",
                            value = "1000",
                            min = "1",
                            max = "1000000",
                            doc =
                                    "How many ended jobs are kept, with their outputs; the oldest"
                                            + " are forgotten first.")
                    int endedJobsMax) {
        public Tuning {
            if (silenceLost.compareTo(silenceSuspect) < 0) {
                throw new IllegalArgumentException(
                        "worker-silence must be at least worker-suspect, which is "
                                + silenceSuspect);
            }
        }

        SchedulerLimits limits() {
            SchedulerLimits defaults = SchedulerLimits.defaults();
            return new SchedulerLimits(
                    defaults.tick(),
                    silenceSuspect,
                    silenceLost,
                    disconnectGrace,
                    recoveryGrace,
                    defaults.backlogTarget(),
                    defaults.grantTasksMax(),
                    localityWait,
                    defaults.stragglerMin(),
                    defaults.quarantineMin(),
                    defaults.clusterTroubleMax(),
                    activeJobsMax,
                    activeTasksMax,
                    endedJobsMax,
                    defaults.lostWorkersMax());
        }
    }
}
