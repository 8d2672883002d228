package dev.atoll.client;

import dev.atoll.client.function.TaskContext;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The task within which this process runs, as the worker has written it into the environment. */
final class ParentTask {
    /* The number of a job says nothing without its cluster, and whoever names another cluster within a
     * task means another: so the cluster is part of it, "17/0.3@ADDRESS", and it counts only there. A
     * program that stays, and runs one task after the other, finds "@ADDRESS". */
    private static final Pattern WRITTEN =
            Pattern.compile("(?:(\\d{1,18})/(\\d{1,9})\\.(\\d{1,9}))?@(.+)");

    private ParentTask() {}

    /** The task, if the environment names its cluster too; it may differ from thread to thread. */
    static Supplier<Optional<TaskRef>> find(Map<String, String> environment) {
        Matcher parts = WRITTEN.matcher(environment.getOrDefault("ATOLL_PARENT", ""));
        if (!parts.matches() || !parts.group(4).equals(environment.get("ATOLL_CLUSTER"))) {
            return Optional::empty;
        }
        if (parts.group(1) == null) {
            return () -> TaskContext.current().map(it -> task(it.job(), it.stage(), it.index()));
        }
        TaskRef task =
                task(
                        Long.parseLong(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)));
        return () -> Optional.of(task);
    }

    private static TaskRef task(long job, int stage, int index) {
        return new TaskRef(new StageRef(new JobId(job), stage), index);
    }
}
