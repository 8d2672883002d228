package dev.atoll.client;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The task within which this process runs, as the worker has written it into the environment. */
final class ParentTask {
    /* The number of a job says nothing without its cluster, and whoever names another cluster within a
     * task means another: so the cluster is part of it, "17/0.3@ADDRESS", and it counts only there. */
    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{1,18})/(\\d{1,9})\\.(\\d{1,9})@(.+)");

    private ParentTask() {}

    /** The task, if the environment names its cluster too. */
    static Optional<TaskRef> find(Map<String, String> environment) {
        Matcher parts = WRITTEN.matcher(environment.getOrDefault("ATOLL_PARENT", ""));
        if (!parts.matches() || !parts.group(4).equals(environment.get("ATOLL_CLUSTER"))) {
            return Optional.empty();
        }
        JobId job = new JobId(Long.parseLong(parts.group(1)));
        StageRef stage = new StageRef(job, Integer.parseInt(parts.group(2)));
        return Optional.of(new TaskRef(stage, Integer.parseInt(parts.group(3))));
    }
}
