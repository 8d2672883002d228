package dev.atoll.client;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;

/** Reads what the tasks of a job have left, stage by stage, and lays it out. */
final class FilesReader {
    private final Job job;
    private final JobStatus status;

    /**
     * @param status of the job, which has ended
     */
    FilesReader(Job job, JobStatus status) {
        this.job = job;
        this.status = status;
    }

    int layOut(Path directory, boolean replace) throws IOException {
        if (status.stages().stream().noneMatch(JobStatus.Stage::hasFiles)) {
            return 0;
        }
        try (FilesLanding landing = new FilesLanding(directory, replace)) {
            for (int i = 0; i < status.stages().size(); i++) {
                if (status.stages().get(i).hasFiles()) {
                    take(i, landing);
                }
            }
            return landing.land();
        } catch (IOException e) {
            // A stream of bytes may only fail so.
            if (e.getCause() instanceof AtollException known) {
                throw known;
            }
            throw e;
        }
    }

    private void take(int position, FilesLanding landing) throws IOException {
        JobStatus.Stage stage = status.stages().get(position);
        OutputSelection selection =
                OutputSelection.results().ofStage(position).streams(OutputChunk.Stream.FILES);
        int count = 0;
        try (OutputReader reader = job.output(selection)) {
            Iterator<TaskOutput> tasks = reader.byTask();
            while (tasks.hasNext()) {
                TaskOutput task = tasks.next();
                try (InputStream stream = task.bytes()) {
                    landing.take(name(stage, task.index()), stream);
                }
                count++;
            }
        }
        if (count < stage.succeededCount()) {
            throw new FileNotFoundException(
                    "the files of only %d of the %d tasks that succeeded in stage %s came"
                            .formatted(count, stage.succeededCount(), stage.name()));
        }
    }

    private String name(JobStatus.Stage stage, int index) {
        return status.stages().size() == 1
                ? "task %d".formatted(index)
                : "task %d of stage %s".formatted(index, stage.name());
    }
}
