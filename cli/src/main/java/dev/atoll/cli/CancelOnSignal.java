package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Signal;
import dev.atoll.cli.shell.Signals;
import dev.atoll.client.AtollException;
import dev.atoll.client.Job;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Cancels the job that a command waits for when its user ends the command. */
final class CancelOnSignal {
    private final Shell shell;
    private final Job job;
    private final AtomicReference<Optional<Signal>> first = new AtomicReference<>(Optional.empty());

    private CancelOnSignal(Shell shell, Job job) {
        this.shell = shell;
        this.job = job;
    }

    /** Begins to listen. */
    static CancelOnSignal of(Shell shell, Job job) {
        CancelOnSignal cancel = new CancelOnSignal(shell, job);
        Signals.listen(cancel::hear);
        return cancel;
    }

    /** The exit code of a command that was ended by a signal, or else this one. */
    int exitCode(int otherwise) {
        return first.get().map(signal -> ExitCode.ofSignal(signal.number())).orElse(otherwise);
    }

    private void hear(Signal signal) {
        if (first.getAndSet(Optional.of(signal)).isPresent()) {
            // A second time: the user does not want to wait for the tasks to end.
            Runtime.getRuntime().halt(ExitCode.ofSignal(signal.number()));
        }
        Thread _ = Thread.startVirtualThread(this::cancel);
    }

    private void cancel() {
        shell.say("cancelling job %s; once more to leave at once".formatted(job.id()));
        try {
            job.cancel("its user ended the command that waited for it");
        } catch (AtollException e) {
            shell.say("it may still run: " + e.getMessage());
        }
    }
}
