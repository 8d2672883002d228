package dev.atoll.simulation.worker;

import dev.atoll.core.model.WorkerId;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every worker of the cluster, by its id. */
public final class Workers {
    private final Map<WorkerId, WorkerNode> byId = new TreeMap<>();

    /** Adds one. */
    public void add(WorkerNode worker) {
        byId.put(worker.id(), worker);
    }

    public List<WorkerNode> all() {
        return List.copyOf(byId.values());
    }

    public Optional<WorkerNode> find(WorkerId id) {
        return Optional.ofNullable(byId.get(id));
    }
}
