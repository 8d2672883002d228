package dev.atoll.worker;

import dev.atoll.core.model.Resources;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.worker.attempt.AttemptMetrics;
import dev.atoll.worker.attempt.AttemptRunner;
import dev.atoll.worker.attempt.InputFeeder;
import dev.atoll.worker.attempt.LiveAttempts;
import dev.atoll.worker.attempt.Preparer;
import dev.atoll.worker.attempt.RecordRoom;
import dev.atoll.worker.attempt.StageInputs;
import dev.atoll.worker.attempt.Surroundings;
import dev.atoll.worker.attempt.WarmBatches;
import dev.atoll.worker.attempt.WarmLaunches;
import dev.atoll.worker.attempt.Workplaces;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.builtin.BuiltIns;
import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.ProcessStarter;
import dev.atoll.worker.files.FileTrees;
import dev.atoll.worker.item.Items;
import dev.atoll.worker.remote.LeaderBlobSource;
import dev.atoll.worker.remote.LeaderGatherSource;
import dev.atoll.worker.remote.LeaderPatience;
import dev.atoll.worker.remote.PeerPipes;
import dev.atoll.worker.remote.RemoteRecords;
import dev.atoll.worker.segment.Spool;
import dev.atoll.worker.shuffle.SpillDirectory;
import dev.atoll.worker.warm.WarmPool;

import io.grpc.Channel;
import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Where tasks run: processes, their guard, and whatever they need. */
final class TaskRoom {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRoom.class);

    /** Longer than a failover of the master takes. */
    private static final Duration LEADER_PATIENCE = Duration.ofSeconds(30);

    /** So short that whoever waits does not keep a place for long from those it waits for. */
    private static final Duration REMAKE_PATIENCE = Duration.ofSeconds(5);

    /** Longer than it takes until a worker that is lost is given up, so that this is not twice. */
    private static final Duration PEER_PATIENCE = Duration.ofSeconds(15);

    /** How long another worker that records are read from may send nothing. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private static final long SWEEP_SECONDS = 1;
    private static final int CPU_MILLIS = 1_000;

    /** How long a warm program waits for more tasks, and how many may at least. */
    private static final Duration IDLE_TIME = Duration.ofMinutes(1);

    private static final int IDLE_MAX_LEAST = 2;

    private final Stores stores;
    private final LiveAttempts live;
    private final Channel leader;
    private final PeerChannels peers;
    private final Resources offer;
    private final MeterRegistry meters;

    /**
     * @param leader a channel that leads to whoever leads
     * @param peers the other workers
     * @param offer what tasks may take together
     */
    TaskRoom(
            Stores stores,
            LiveAttempts live,
            Channel leader,
            PeerChannels peers,
            Resources offer,
            MeterRegistry meters) {
        this.stores = stores;
        this.live = live;
        this.leader = leader;
        this.peers = peers;
        this.offer = offer;
        this.meters = meters;
    }

    /**
     * What runs tasks.
     *
     * @param attempts each as a process of its own
     * @param batches many in one that stays
     */
    record Runners(AttemptRunner attempts, WarmBatches batches) {}

    /**
     * Ends what a worker before this one has left running, and makes everything ready.
     *
     * @param surroundings what all tasks find
     */
    Runners open(Surroundings surroundings, Parts parts) throws IOException {
        ProcessStarter starter = new BuiltIns(ProcessStarter.ofThisMachine());
        if (!starter.killMarked(stores.state().markerPrefix())) {
            LOG.warn("tasks of an earlier worker in this directory do not die");
        }
        String markerPrefix = stores.state().incarnationMarkerPrefix();
        parts.add(starter.guard(markerPrefix));
        startSweeping(starter::sweep, parts);
        SpillDirectory spills = SpillDirectory.open(stores.state().part("runs"));
        MemoryWatch memory = parts.add(new MemoryWatch());
        Shared shared = shared(surroundings, markerPrefix);
        Preparer preparer = preparer(shared, spills);
        WarmPool pool = parts.add(pool(shared, starter, memory));
        startSweeping(pool::sweep, parts);
        AttemptMetrics metrics = new AttemptMetrics(meters);
        Spool spool = Spool.open(stores.state().part("spool"));
        WarmBatches batches =
                parts.add(
                        new WarmBatches(
                                new WarmBatches.Tools(
                                        preparer,
                                        shared.blobs(),
                                        pool,
                                        stores.segments(),
                                        live,
                                        metrics,
                                        spool)));
        AttemptRunner.Tools tools =
                new AttemptRunner.Tools(
                        starter,
                        preparer,
                        new InputFeeder(),
                        stores.segments(),
                        live,
                        metrics,
                        memory,
                        spool,
                        new RecordRoom(spills, Math.ceilDiv(offer.cpuMillis(), CPU_MILLIS)));
        return new Runners(parts.add(new AttemptRunner(tools)), batches);
    }

    private StageInputs stageInputs(SpillDirectory spills) {
        LeaderPatience patience = new LeaderPatience(LEADER_PATIENCE);
        LeaderGatherSource outputs = new LeaderGatherSource(leader, patience, REMAKE_PATIENCE);
        return new StageInputs(
                outputs,
                new RemoteRecords(
                        new RemoteRecords.Tools(
                                leader,
                                patience,
                                REMAKE_PATIENCE,
                                PEER_PATIENCE,
                                SILENCE_MAX,
                                peers,
                                outputs,
                                spills)),
                new PeerPipes(leader, patience, peers));
    }

    /** What tasks of all sorts are made ready from. */
    private record Shared(
            BlobCache blobs,
            FileTrees files,
            Workplaces workplaces,
            Surroundings surroundings,
            String markerPrefix) {}

    private Shared shared(Surroundings surroundings, String markerPrefix) throws IOException {
        BlobCache blobs =
                new BlobCache(
                        stores.blobs(),
                        new LeaderBlobSource(
                                leader,
                                peers,
                                new LeaderPatience(LEADER_PATIENCE),
                                stores.fetchedBlobBytes()));
        return new Shared(
                blobs,
                new FileTrees(blobs),
                Workplaces.open(stores.state().part("workplaces")),
                surroundings,
                markerPrefix);
    }

    private Preparer preparer(Shared shared, SpillDirectory spills) {
        return new Preparer(
                new Items(shared.blobs()),
                shared.blobs(),
                shared.files(),
                stageInputs(spills),
                shared.workplaces(),
                shared.surroundings(),
                shared.markerPrefix());
    }

    private WarmPool pool(Shared shared, ProcessStarter starter, MemoryWatch memory) {
        WarmLaunches launches =
                new WarmLaunches(
                        shared.workplaces(),
                        shared.files(),
                        shared.surroundings(),
                        stores.worker().value(),
                        shared.markerPrefix());
        int idleMax = Math.max(IDLE_MAX_LEAST, Math.ceilDiv(offer.cpuMillis(), CPU_MILLIS));
        return new WarmPool(
                new WarmPool.Tools(starter, launches, memory),
                new WarmPool.Limits(idleMax, IDLE_TIME));
    }

    private static void startSweeping(Runnable round, Parts parts) {
        ScheduledExecutorService sweeping =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("sweep").factory());
        var _ =
                sweeping.scheduleWithFixedDelay(
                        () -> sweep(round), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        parts.add(sweeping::shutdownNow);
    }

    private static void sweep(Runnable round) {
        try {
            round.run();
        } catch (RuntimeException e) {
            LOG.warn("cannot sweep", e);
        }
    }
}
