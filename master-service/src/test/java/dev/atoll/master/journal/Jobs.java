package dev.atoll.master.journal;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.BackupPolicy;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.scheduler.Fact.JobAccepted;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Jobs for tests. */
final class Jobs {
    static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 123_000_000);

    private Jobs() {}

    static JobAccepted accepted(long id, int... taskCounts) {
        return accepted(id, "true", taskCounts);
    }

    static JobAccepted accepted(long id, String program, int... taskCounts) {
        List<StageSpec> stages =
                java.util.stream.IntStream.range(0, taskCounts.length)
                        .mapToObj(i ->
                                new StageSpec(
                                        "stage-" + i,
                                        taskCounts[i],
                                        TaskTemplate.command(program),
                                        Resources.cpu(1_000),
                                        1,
                                        Optional.empty(),
                                        i == 0 ? List.of() : List.of(i - 1)))
                        .toList();
        return new JobAccepted(
                new JobId(id),
                new JobSpec(
                        "request-" + id,
                        "job-" + id,
                        "user",
                        0,
                        stages,
                        FailurePolicy.KEEP_GOING,
                        BackupPolicy.STRAGGLERS,
                        JobSpec.Durability.ONE),
                TIME);
    }
}
