package dev.atoll.worker.attempt;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.TaskRef;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.item.TaskItem;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The environment that every task finds: a small clean base, its own variables, and ATOLL_*. */
public final class Surroundings {
    private static final String PATH_DEFAULT =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> base;

    /**
     * @param own the worker's environment, of which only PATH, HOME, LANG and TMPDIR are handed on
     */
    public Surroundings(Map<String, String> own) {
        base =
                Map.of(
                        "PATH", own.getOrDefault("PATH", PATH_DEFAULT),
                        "HOME", own.getOrDefault("HOME", "/"),
                        "LANG", own.getOrDefault("LANG", "C.UTF-8"),
                        "TMPDIR", own.getOrDefault("TMPDIR", "/tmp"));
    }

    /** All variables of an attempt. */
    Map<String, String> of(StartAttempt start, TaskItem item, Marker marker) {
        TaskRef task = start.task();
        Map<String, String> all = new HashMap<>(base);
        start.spec()
                .task()
                .environment()
                .forEach((name, value) -> all.put(name, item.expand(value)));
        all.put("ATOLL_JOB", task.stage().job().toString());
        all.put("ATOLL_STAGE", Integer.toString(task.stage().stage()));
        all.put("ATOLL_TASK", Integer.toString(task.index()));
        all.put("ATOLL_ATTEMPT", Integer.toString(start.attempt()));
        all.put("ATOLL_FENCE", start.epoch() + "." + start.attempt());
        all.put("ATOLL_ITEM", item.value());
        all.put(Marker.NAME, marker.value());
        if (!start.gpus().isEmpty()) {
            all.put("ATOLL_GPUS", numbers(start.gpus()));
            all.putIfAbsent("CUDA_VISIBLE_DEVICES", numbers(start.gpus()));
        }
        return all;
    }

    private static String numbers(List<Integer> gpus) {
        return gpus.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
