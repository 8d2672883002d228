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
import dev.atoll.worker.remote.RemoteRecords;
import dev.atoll.worker.segment.Spool;
import dev.atoll.worker.shuffle.SpillDirectory;

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
     * Ends what a worker before this one has left running, and makes everything ready.
     *
     * @param surroundings what all tasks find
     */
    AttemptRunner open(Surroundings surroundings, Parts parts) throws IOException {
        ProcessStarter starter = new BuiltIns(ProcessStarter.ofThisMachine());
        if (!starter.killMarked(stores.state().markerPrefix())) {
            LOG.warn("tasks of an earlier worker in this directory do not die");
        }
        String markerPrefix = stores.state().incarnationMarkerPrefix();
        parts.add(starter.guard(markerPrefix));
        startSweeping(starter, parts);
        SpillDirectory spills = SpillDirectory.open(stores.state().part("runs"));
        AttemptRunner.Tools tools =
                new AttemptRunner.Tools(
                        starter,
                        preparer(surroundings, markerPrefix, spills),
                        new InputFeeder(),
                        stores.segments(),
                        live,
                        new AttemptMetrics(meters),
                        parts.add(new MemoryWatch()),
                        Spool.open(stores.state().part("spool")),
                        new RecordRoom(spills, Math.ceilDiv(offer.cpuMillis(), CPU_MILLIS)));
        return parts.add(new AttemptRunner(tools));
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
                                spills)));
    }

    private Preparer preparer(Surroundings surroundings, String markerPrefix, SpillDirectory spills)
            throws IOException {
        BlobCache blobs =
                new BlobCache(
                        stores.blobs(),
                        new LeaderBlobSource(
                                leader,
                                new LeaderPatience(LEADER_PATIENCE),
                                stores.fetchedBlobBytes()));
        return new Preparer(
                new Items(blobs),
                blobs,
                new FileTrees(blobs),
                stageInputs(spills),
                Workplaces.open(stores.state().part("workplaces")),
                surroundings,
                markerPrefix);
    }

    private static void startSweeping(ProcessStarter starter, Parts parts) {
        ScheduledExecutorService sweeping =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("sweep").factory());
        var _ =
                sweeping.scheduleWithFixedDelay(
                        () -> sweep(starter), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        parts.add(sweeping::shutdownNow);
    }

    private static void sweep(ProcessStarter starter) {
        try {
            starter.sweep();
        } catch (RuntimeException e) {
            LOG.warn("cannot sweep", e);
        }
    }
}
