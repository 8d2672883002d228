package dev.atoll.worker.attempt;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.TaskRef;
import dev.atoll.worker.execution.Marker;
import dev.atoll.worker.item.TaskItem;
import dev.atoll.worker.warm.WarmKind;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The environment that every task finds: a small clean base, its own variables, and ATOLL_*. */
public final class Surroundings {
    private static final String PATH_DEFAULT =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> base;
    private final WayIn way;

    /**
     * How a task reaches the cluster that it runs in.
     *
     * @param cluster its address, as clients take it
     * @param tokenFile the file with its secret; the secret itself is in no environment
     * @param program the atoll command; empty: it is not known here
     * @param bin the directory in which it is called "atoll"
     */
    public record WayIn(
            String cluster, Optional<Path> tokenFile, Optional<Path> program, Path bin) {}

    /**
     * @param own the worker's environment, of which only PATH, HOME, LANG and TMPDIR are handed on
     */
    public Surroundings(Map<String, String> own, WayIn way) {
        this.way = way;
        String path = own.getOrDefault("PATH", PATH_DEFAULT);
        base =
                Map.of(
                        "PATH",
                        way.program().isPresent() ? path + File.pathSeparator + way.bin() : path,
                        "HOME",
                        own.getOrDefault("HOME", "/"),
                        "LANG",
                        own.getOrDefault("LANG", "C.UTF-8"),
                        "TMPDIR",
                        own.getOrDefault("TMPDIR", "/tmp"));
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
        addGpus(all, start.gpus());
        if (addWayIn(all)) {
            all.putIfAbsent("ATOLL_PARENT", task + "@" + way.cluster());
        }
        return all;
    }

    /** All variables of a program that stays. */
    Map<String, String> of(WarmKind kind, String worker, Marker marker) {
        Map<String, String> all = new HashMap<>(base);
        all.putAll(kind.environment());
        all.put("ATOLL_WORKER", worker);
        all.put(Marker.NAME, marker.value());
        addGpus(all, kind.gpus());
        if (addWayIn(all)) {
            // Which of its tasks it is, the program is told with each.
            all.putIfAbsent("ATOLL_PARENT", "@" + way.cluster());
        }
        return all;
    }

    /**
     * Whoever names a cluster for the task means that one, and not this one's secret.
     *
     * @return whether the task is to use this one
     */
    private boolean addWayIn(Map<String, String> all) {
        way.program()
                .ifPresent(program -> {
                    all.put("ATOLL", program.toString());
                    all.putIfAbsent("ATOLL_JAVA_HOME", System.getProperty("java.home"));
                });
        if (all.putIfAbsent("ATOLL_CLUSTER", way.cluster()) != null) {
            return false;
        }
        way.tokenFile()
                .ifPresent(file -> {
                    if (all.putIfAbsent("ATOLL_TOKEN_FILE", file.toString()) == null) {
                        all.put("ATOLL_TOKEN_CLUSTER", way.cluster());
                    }
                });
        return true;
    }

    private static void addGpus(Map<String, String> all, List<Integer> gpus) {
        if (!gpus.isEmpty()) {
            all.put("ATOLL_GPUS", numbers(gpus));
            all.putIfAbsent("CUDA_VISIBLE_DEVICES", numbers(gpus));
        }
    }

    private static String numbers(List<Integer> gpus) {
        return gpus.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
