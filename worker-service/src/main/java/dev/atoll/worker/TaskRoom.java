package dev.atoll.worker;

import dev.atoll.worker.attempt.AttemptMetrics;
import dev.atoll.worker.attempt.AttemptRunner;
import dev.atoll.worker.attempt.InputFeeder;
import dev.atoll.worker.attempt.LiveAttempts;
import dev.atoll.worker.attempt.Preparer;
import dev.atoll.worker.attempt.Surroundings;
import dev.atoll.worker.attempt.Workplaces;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.ProcessStarter;
import dev.atoll.worker.files.FileTrees;
import dev.atoll.worker.item.Items;
import dev.atoll.worker.remote.LeaderBlobSource;
import dev.atoll.worker.remote.LeaderGatherSource;
import dev.atoll.worker.remote.LeaderPatience;
import dev.atoll.worker.segment.Spool;

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

    private static final long SWEEP_SECONDS = 1;

    private final Stores stores;
    private final LiveAttempts live;
    private final Channel leader;
    private final MeterRegistry meters;

    /**
     * @param leader a channel that leads to whoever leads
     */
    TaskRoom(Stores stores, LiveAttempts live, Channel leader, MeterRegistry meters) {
        this.stores = stores;
        this.live = live;
        this.leader = leader;
        this.meters = meters;
    }

    /** Ends what a worker before this one has left running, and makes everything ready. */
    AttemptRunner open(Parts parts) throws IOException {
        ProcessStarter starter = ProcessStarter.ofThisMachine();
        if (!starter.killMarked(stores.state().markerPrefix())) {
            LOG.warn("tasks of an earlier worker in this directory do not die");
        }
        String markerPrefix = stores.state().incarnationMarkerPrefix();
        parts.add(starter.guard(markerPrefix));
        startSweeping(starter, parts);
        AttemptRunner.Tools tools =
                new AttemptRunner.Tools(
                        starter,
                        preparer(markerPrefix),
                        new InputFeeder(
                                new LeaderGatherSource(
                                        leader,
                                        new LeaderPatience(LEADER_PATIENCE),
                                        REMAKE_PATIENCE)),
                        stores.segments(),
                        live,
                        new AttemptMetrics(meters),
                        parts.add(new MemoryWatch()),
                        Spool.open(stores.state().part("spool")));
        return parts.add(new AttemptRunner(tools));
    }

    private Preparer preparer(String markerPrefix) throws IOException {
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
                Workplaces.open(stores.state().part("workplaces")),
                new Surroundings(System.getenv()),
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
