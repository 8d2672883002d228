package dev.atoll.worker.copy;

import dev.atoll.core.agent.AgentCommand.CopyOutputs;
import dev.atoll.core.agent.AgentEvent.CopyEnded;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.worker.disk.DiskRoom;
import dev.atoll.worker.disk.DiskTrouble;
import dev.atoll.worker.segment.SegmentStore;
import dev.atoll.worker.segment.Spool;

import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Fetches outputs from other workers and keeps them here, each copy on a thread of its own. */
public final class OutputCopier {
    private static final Logger LOG = LoggerFactory.getLogger(OutputCopier.class);

    private final Tools tools;
    private final Set<WantedTasks> underWay = ConcurrentHashMap.newKeySet();

    /**
     * What copies are made with.
     *
     * @param peers the other workers
     * @param segments where copies are kept
     * @param spool where what comes is gathered until it is whole
     * @param room of the disk with both; copies leave to tasks what these need
     * @param copiedBytes counts what comes
     * @param patience how long another worker may send nothing
     */
    public record Tools(
            PeerChannels peers,
            SegmentStore segments,
            Spool spool,
            DiskRoom room,
            Counter copiedBytes,
            Duration patience) {}

    public OutputCopier(Tools tools) {
        this.tools = tools;
    }

    /** Begins a copy and returns at once; the listener hears once when it is over, in any case. */
    public void copy(CopyOutputs order, Consumer<CopyEnded> listener) {
        WantedTasks wanted = new WantedTasks(order.stage(), order.tasks());
        underWay.add(wanted);
        Thread.ofVirtual().name("output-copy").start(() -> run(order, wanted, listener));
    }

    /** Of these tasks nothing more is kept by any copy that was begun before. */
    public void drop(StageRef stage, Ranges tasks) {
        underWay.forEach(wanted -> {
            if (wanted.stage().equals(stage)) {
                wanted.drop(tasks);
            }
        });
    }

    /** Of this job nothing more is kept by any copy that was begun before. */
    public void dropJob(JobId job) {
        underWay.forEach(wanted -> {
            if (wanted.stage().job().equals(job)) {
                wanted.drop(wanted.wanted());
            }
        });
    }

    private void run(CopyOutputs order, WantedTasks wanted, Consumer<CopyEnded> listener) {
        Optional<CopyTrouble> trouble = fetch(order, wanted);
        underWay.remove(wanted);
        listener.accept(
                new CopyEnded(
                        order.epoch(), order.copy(), order.stage(), wanted.copied(), trouble));
    }

    private Optional<CopyTrouble> fetch(CopyOutputs order, WantedTasks wanted) {
        CopyStream stream = new CopyStream(order, wanted, tools);
        try {
            HostAndPort address = HostAndPort.parse(order.source().address());
            stream.read(tools.peers().to(address, order.source().worker().value()));
            return Optional.empty();
        } catch (StatusRuntimeException | ApiException e) {
            ApiException failure = ApiException.from(e);
            LOG.warn("cannot copy outputs of {} from {}", order.stage(), order.source(), failure);
            Ranges failed = failure.isUnavailable() ? wanted.left() : stream.present();
            return trouble(failed, true, failure.message());
        } catch (CopyDiffersException e) {
            LOG.warn("cannot copy outputs of {} from {}", order.stage(), order.source(), e);
            return trouble(stream.present(), true, String.valueOf(e.getMessage()));
        } catch (NoRoomException e) {
            LOG.warn("cannot keep copies of outputs of {}: {}", order.stage(), e.getMessage());
            return trouble(wanted.left(), false, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.warn("cannot keep copies of outputs of {}", order.stage(), e);
            return trouble(wanted.left(), false, DiskTrouble.describe(e));
        } catch (RuntimeException | Error e) {
            // The master waits for the end of each copy, so not even a defect may swallow one.
            LOG.error("copying outputs of {} failed", order.stage(), e);
            return trouble(wanted.left(), false, "the worker failed: " + e);
        }
    }

    private static Optional<CopyTrouble> trouble(
            Ranges tasks, boolean isSourceToBlame, String detail) {
        return tasks.isEmpty()
                ? Optional.empty()
                : Optional.of(new CopyTrouble(tasks, isSourceToBlame, detail));
    }
}
