package dev.atoll.cli.attached;

import dev.atoll.cli.shell.BrokenPipeException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Signal;
import dev.atoll.client.AtollException;
import dev.atoll.client.Attachment;
import dev.atoll.client.ClusterUnavailableException;
import dev.atoll.client.InputLostException;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.client.OutputLostException;
import dev.atoll.core.model.Failure;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A task that runs somewhere, while its user has the impression that it runs here. */
public final class AttachedTask {
    private final Job job;
    private final Shell shell;
    private final String program;
    private final AtomicReference<Optional<Signal>> endedBy =
            new AtomicReference<>(Optional.empty());
    private final AtomicBoolean cancelling = new AtomicBoolean();
    private volatile boolean running;
    private int attempt;

    /**
     * @param job a job of one task that takes its input from whoever attaches
     * @param shell where its outputs go
     * @param program the first word of its command, for messages
     */
    public AttachedTask(Job job, Shell shell, String program) {
        this.job = job;
        this.shell = shell;
        this.program = program;
    }

    /**
     * Passes everything on until the task has ended. Returns its exit code.
     *
     * @param signals which of them go to the task, or else end it
     */
    public int run(UserSignals signals) throws InterruptedException {
        signals.to(this::stop);
        try (Attachment attachment = job.attach(0, 0);
                InputPump input = new InputPump(shell, attachment)) {
            signals.to(signal -> pass(signal, attachment));
            input.start();
            return listen(attachment);
        } catch (BrokenPipeException e) {
            // As if the task itself had written into the closed pipe.
            cancel(Signal.PIPE, "nobody reads its output any more");
            return ExitCode.BROKEN_PIPE;
        } catch (ClusterUnavailableException | InputLostException | OutputLostException e) {
            return lost(e);
        } finally {
            signals.toTheCommand();
        }
    }

    private int listen(Attachment attachment) throws InterruptedException {
        while (true) {
            Optional<Attachment.Event> event = attachment.next();
            if (event.isEmpty()) {
                shell.say("the cluster hung up before the task ended; ask: atoll why " + job.id());
                return ExitCode.TRY_AGAIN;
            }
            switch (event.get()) {
                case Attachment.Event.Started started -> start(started);
                case Attachment.Event.Stdout(var data) -> shell.out().write(data);
                case Attachment.Event.Stderr(var data) -> shell.err().write(data);
                case Attachment.Event.Ended(Optional<Failure> failure) -> {
                    return end(failure);
                }
            }
        }
    }

    private void start(Attachment.Event.Started started) {
        running = true;
        if (attempt > 0) {
            shell.say(
                    "the task runs again, on %s; what it had written already is left out"
                            .formatted(started.workerId()));
        }
        attempt = started.attempt();
    }

    private int end(Optional<Failure> failure) {
        // A task that was cancelled before it ran has no attempt, and so none that failed.
        boolean cancelled =
                (attempt == 0 && failure.isEmpty())
                        || failure.filter(f -> f.kind() == Failure.Kind.CANCELLED).isPresent();
        if (!cancelled) {
            failure.flatMap(f -> FailureText.ofAttached(f, program)).ifPresent(shell::say);
            return ExitCode.of(failure);
        }
        Optional<Signal> signal = endedBy.get();
        if (signal.isEmpty()) {
            JobStatus status = job.status();
            if (attempt == 0 && status.state() == JobStatus.State.FAILED) {
                shell.say("%s: did not start: %s".formatted(program, status.reason()));
                return ExitCode.FAILED;
            }
            shell.say(program + ": cancelled; why: atoll why " + job.id());
        }
        return ExitCode.ofSignal(signal.orElse(Signal.TERM).number());
    }

    private int lost(AtollException failure) {
        cancel(Signal.TERM, "the command that started it lost the line to it");
        shell.say(String.valueOf(failure.getMessage()));
        return ExitCode.TRY_AGAIN;
    }

    /* Before the task runs, and while the line to it is broken, nobody takes the signal: so it ends
     * the job. Who sends another one then does not want to wait for that. */
    private void pass(Signal signal, Attachment attachment) {
        endedBy.set(Optional.of(signal));
        if (!running || !attachment.signal(signal.number())) {
            stop(signal);
        }
    }

    private void stop(Signal signal) {
        endedBy.set(Optional.of(signal));
        if (cancelling.getAndSet(true)) {
            UserSignals.leave(signal);
        }
        Thread.startVirtualThread(() -> cancel(signal, "stopped by its user"));
    }

    private void cancel(Signal signal, String reason) {
        try {
            job.cancel(signal.number(), reason);
        } catch (AtollException e) {
            shell.say("job %s may still run: %s".formatted(job.id(), e.getMessage()));
        }
    }
}
