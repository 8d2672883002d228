package dev.atoll.cli;

import dev.atoll.cli.files.BroughtFiles;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;
import dev.atoll.client.JobRequest;

import java.io.IOException;

/**
 * What becomes of a job whose results go here, and not to an attached terminal.
 *
 * @param options where its results go
 * @param files where the files go that its tasks leave
 * @param isDetached whether nobody waits for them
 */
record Submission(Shell shell, ResultOptions options, BroughtFiles files, boolean isDetached) {
    /** Submits a job and, unless nobody waits, delivers its results. Returns the exit code. */
    int deliver(JobRequest request, Atoll cluster) throws IOException, InterruptedException {
        Job job = cluster.submit(request);
        if (isDetached) {
            options.tellDetached(job.id(), shell);
            return ExitCode.OK;
        }
        CancelOnSignal signals = CancelOnSignal.of(shell, job);
        return signals.exitCode(new JobResult(shell, options, files).deliver(job));
    }
}
