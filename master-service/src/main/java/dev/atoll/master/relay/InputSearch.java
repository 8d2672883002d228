package dev.atoll.master.relay;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.LocateInputs;
import dev.atoll.core.scheduler.SchedulerEvent.InputsLocated;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.job.v1.Item;
import dev.atoll.proto.job.v1.ItemChunk;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.SpecWire;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * Finds the workers that have the inputs of a stage's tasks, which its items name. What it cannot
 * find out it leaves out: then tasks go anywhere, and say there what is the matter.
 */
public final class InputSearch {
    private static final Logger LOG = LoggerFactory.getLogger(InputSearch.class);

    /** A table of items comes in chunks of up to 8 MiB; so many searches have one in memory. */
    private static final int SEARCHES_AT_ONCE = 4;

    private final BlobRelay relay;
    private final Semaphore places = new Semaphore(SEARCHES_AT_ONCE);

    public InputSearch(BlobRelay relay) {
        this.relay = relay;
    }

    /** Begins to look; tells the loop when it is done. Does not block. */
    public void begin(LocateInputs wanted, SchedulerLoop loop) {
        Thread.ofVirtual().name("inputs-" + wanted.stage()).start(() -> search(wanted, loop));
    }

    private void search(LocateInputs wanted, SchedulerLoop loop) {
        try {
            SortedMap<WorkerId, Ranges> found = find(wanted.items(), loop);
            loop.tell(new InputsLocated(loop.nextCause(), wanted.stage(), found), () -> {});
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private SortedMap<WorkerId, Ranges> find(Items.Table items, SchedulerLoop loop)
            throws InterruptedException {
        SortedMap<WorkerId, RangeSet> found = new TreeMap<>();
        places.acquire();
        try {
            for (int i = 0; i < items.chunks().size(); i++) {
                BlobRef chunk = SpecWire.toProto(items.chunks().get(i));
                find(
                        ItemChunk.parseFrom(relay.read(chunk, loop)),
                        i * items.itemsPerChunk(),
                        loop,
                        found);
            }
        } catch (ApiException | InvalidProtocolBufferException e) {
            LOG.info("Not known where the inputs of a stage are: {}", e.getMessage());
        } finally {
            places.release();
        }
        SortedMap<WorkerId, Ranges> ranges = new TreeMap<>();
        found.forEach((worker, tasks) -> ranges.put(worker, tasks.toRanges()));
        return ranges;
    }

    private void find(
            ItemChunk chunk, int first, SchedulerLoop loop, SortedMap<WorkerId, RangeSet> found) {
        List<BlobRef> inputs = new ArrayList<>();
        List<Integer> tasks = new ArrayList<>();
        for (int i = 0; i < chunk.getItemsCount(); i++) {
            Item item = chunk.getItems(i);
            if (item.hasInput()) {
                inputs.add(item.getInput());
                tasks.add(first + i);
            }
        }
        List<List<WorkerId>> holders = relay.search().located(loop, inputs);
        for (int i = 0; i < inputs.size(); i++) {
            int task = tasks.get(i);
            for (WorkerId worker : holders.get(i)) {
                found.computeIfAbsent(worker, _ -> new RangeSet()).add(task, task + 1);
            }
        }
    }
}
