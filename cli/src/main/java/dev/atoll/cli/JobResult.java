package dev.atoll.cli;

import dev.atoll.cli.files.BroughtFiles;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.AtollException;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.client.OutputChunk;
import dev.atoll.client.OutputReader;
import dev.atoll.client.OutputSelection;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Delivers the results of a job while it runs, and then says how it ended. */
final class JobResult {
    private final Shell shell;
    private final ResultOptions options;
    private final BroughtFiles files;

    JobResult(Shell shell, ResultOptions options, BroughtFiles files) {
        this.shell = shell;
        this.options = options;
        this.files = files;
    }

    /** Waits for the end of the job. Returns the exit code. */
    int deliver(Job job) throws IOException, InterruptedException {
        JobStatus status;
        try (ProgressLine line = new ProgressLine(shell, options.progressMode());
                ResultTarget target = target(line)) {
            CompletableFuture<JobStatus> end = watch(job, line);
            copy(job, target);
            status = join(end);
            if (status.state() == JobStatus.State.SUCCEEDED) {
                target.complete();
            }
        }
        new FailureSummary(shell).tell(job, status);
        if (options.json()) {
            shell.out().println(StatusJson.job(status).toString());
        }
        if (status.state() != JobStatus.State.CANCELLED) {
            files.bring(job);
        }
        return status.state() == JobStatus.State.SUCCEEDED ? ExitCode.OK : ExitCode.FAILED;
    }

    private ResultTarget target(ProgressLine line) throws IOException {
        if (options.output().isPresent()) {
            return ResultTarget.named(options.output().get());
        }
        return options.json() ? new ResultTarget.Nowhere() : new ResultTarget.Stream(line::write);
    }

    /* On a thread of its own: this one is busy with the results, whose reader may be slow. */
    private static CompletableFuture<JobStatus> watch(Job job, ProgressLine line) {
        CompletableFuture<JobStatus> end = new CompletableFuture<>();
        Thread _ =
                Thread.startVirtualThread(() -> {
                    try {
                        end.complete(job.watch(line::show));
                    } catch (InterruptedException | RuntimeException e) {
                        end.completeExceptionally(e);
                    }
                });
        return end;
    }

    private void copy(Job job, ResultTarget target) throws IOException, InterruptedException {
        if (target instanceof ResultTarget.Nowhere) {
            return;
        }
        OutputSelection selection = OutputSelection.results().following();
        try (OutputReader reader =
                job.output(options.unordered() ? selection.inOrderOfFinish() : selection)) {
            Optional<OutputChunk> chunk = reader.next();
            while (chunk.isPresent()) {
                target.write(chunk.get());
                chunk = reader.next();
            }
        }
    }

    private static JobStatus join(CompletableFuture<JobStatus> end) {
        try {
            return end.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AtollException known) {
                throw known;
            }
            throw e;
        }
    }
}
