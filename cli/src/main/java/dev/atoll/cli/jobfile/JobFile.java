package dev.atoll.cli.jobfile;

import dev.atoll.cli.files.TaskFiles;
import dev.atoll.cli.items.ItemSource;
import dev.atoll.client.Atoll;
import dev.atoll.client.FileTree;
import dev.atoll.client.JobRequest;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.JobId;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A job as a file describes it.
 *
 * @param name for people; may be empty
 * @param priority -1,000 to 1,000
 * @param failurePolicy what happens after a failure
 * @param backupPolicy whether slow tasks may run twice
 * @param durability what its results survive
 * @param after the jobs that come first
 * @param deadline in what time it must have ended
 * @param stages at least one
 */
public record JobFile(
        String name,
        int priority,
        JobRequest.FailurePolicy failurePolicy,
        JobRequest.BackupPolicy backupPolicy,
        JobRequest.Durability durability,
        List<JobId> after,
        Optional<Duration> deadline,
        List<Stage> stages) {
    /**
     * A stage and where its items come from.
     *
     * @param request all but the items
     * @param items where they come from; empty: the request says how many tasks there are
     * @param files what travels along
     */
    public record Stage(StageRequest request, Optional<ItemSource> items, TaskFiles files) {
        private StageRequest upload(Atoll cluster) throws IOException, InterruptedException {
            StageRequest uploaded = request;
            if (items.isPresent()) {
                uploaded = uploaded.withItems(items.get().upload(cluster, (_, _) -> {}));
            }
            return files.isEmpty() ? uploaded : uploaded.withFiles(cluster.upload(files.tree()));
        }
    }

    public JobFile {
        after = List.copyOf(after);
        stages = List.copyOf(stages);
    }

    /** Looks whether every input is there, before anything is uploaded. */
    public void check() throws IOException {
        for (Stage stage : stages) {
            if (stage.items().isPresent()) {
                stage.items().get().check();
            }
            if (!stage.files().isEmpty()) {
                FileTree _ = stage.files().tree();
            }
        }
    }

    /**
     * Uploads the inputs. Returns what is to be submitted.
     *
     * @param alsoAfter jobs that come first, too
     */
    public JobRequest upload(Atoll cluster, List<JobId> alsoAfter)
            throws IOException, InterruptedException {
        JobRequest.Builder job =
                JobRequest.builder()
                        .name(name)
                        .priority(priority)
                        .failurePolicy(failurePolicy)
                        .backupPolicy(backupPolicy)
                        .durability(durability);
        after.forEach(job::after);
        alsoAfter.forEach(job::after);
        deadline.ifPresent(job::deadline);
        for (Stage stage : stages) {
            job.stage(stage.upload(cluster));
        }
        return job.build();
    }
}
