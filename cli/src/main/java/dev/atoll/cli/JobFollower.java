package dev.atoll.cli;

import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;

/** Follows a job to its end, with a line of progress where that is wanted. */
final class JobFollower {
    private final Shell shell;
    private final ProgressMode mode;

    JobFollower(Shell shell, ProgressMode mode) {
        this.shell = shell;
        this.mode = mode;
    }

    JobStatus follow(Job job) throws InterruptedException {
        try (ProgressLine line = new ProgressLine(shell, mode)) {
            return job.watch(line::show);
        }
    }
}
