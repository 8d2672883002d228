package dev.atoll.cli.attached;

import dev.atoll.cli.shell.BrokenPipeException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Signal;
import dev.atoll.client.AtollException;
import dev.atoll.client.Attachment;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.core.model.Failure;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A pipe whose commands run somewhere, while their user has the impression that they run here. */
public final class AttachedPipe {
    /** After this it says what a pipe waits for. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(2);

    /** Which failure has brought about the others, the likeliest first. */
    private static final List<Failure.Kind> CAUSES =
            List.of(
                    Failure.Kind.OUT_OF_MEMORY,
                    Failure.Kind.OUTPUT_LIMIT,
                    Failure.Kind.TIMEOUT,
                    Failure.Kind.NOT_FOUND,
                    Failure.Kind.NOT_EXECUTABLE,
                    Failure.Kind.OUTPUT_MISSING,
                    Failure.Kind.WORKER_TROUBLE,
                    Failure.Kind.WORKER_LOST,
                    Failure.Kind.INPUT_UNAVAILABLE,
                    Failure.Kind.CANCELLED);

    private final Job job;
    private final Shell shell;
    private final boolean exitsCount;
    private final List<Part> parts = new ArrayList<>();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final AtomicReference<Optional<Signal>> endedBy =
            new AtomicReference<>(Optional.empty());
    private final AtomicBoolean cancelling = new AtomicBoolean();

    /**
     * @param job a job of as many stages as there are commands, of one task each
     * @param commands what they run
     * @param exitsCount whether the exit code is that of the last command that failed
     */
    public AttachedPipe(Job job, Shell shell, List<String> commands, boolean exitsCount) {
        this.job = job;
        this.shell = shell;
        this.exitsCount = exitsCount;
        for (String command : commands) {
            parts.add(new Part(command));
        }
    }

    /** One command. */
    private static final class Part {
        final String command;
        final CompletableFuture<Attachment.Event.Started> started = new CompletableFuture<>();
        final CompletableFuture<Optional<Failure>> ended = new CompletableFuture<>();

        Part(String command) {
            this.command = command;
        }
    }

    /**
     * Passes everything on until all commands have ended. Returns the exit code.
     *
     * @param signals which of them go to the commands, or else end the job
     */
    public int run(UserSignals signals) throws InterruptedException {
        signals.to(this::stop);
        List<Attachment> attachments = new ArrayList<>();
        try {
            for (int i = 0; i < parts.size(); i++) {
                attachments.add(job.attach(i, 0));
            }
            signals.to(signal -> pass(signal, attachments));
            try (InputPump input = new InputPump(shell, attachments.getFirst())) {
                input.start();
                return listen(attachments);
            }
        } finally {
            attachments.forEach(Attachment::close);
            signals.toTheCommand();
        }
    }

    private int listen(List<Attachment> attachments) throws InterruptedException {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Attachment attachment = attachments.get(i);
            Thread.ofPlatform().daemon().name("pipe-" + i).start(() -> listen(part, attachment));
        }
        CompletableFuture<Void> all = all(it -> it.ended);
        var _ = all.thenRun(() -> exitCode.complete(end()));
        Thread.startVirtualThread(this::tellIfItWaits);
        try {
            return exitCode.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UncheckedIOException cause
                    ? cause
                    : new IllegalStateException("a pipe ends with an exit code", e);
        }
    }

    private CompletableFuture<Void> all(Function<Part, CompletableFuture<?>> which) {
        return CompletableFuture.allOf(
                parts.stream().map(which).toArray(CompletableFuture<?>[]::new));
    }

    // ---- listening

    private void listen(Part part, Attachment attachment) {
        try {
            while (!part.ended.isDone() && !exitCode.isDone()) {
                Optional<Attachment.Event> event = attachment.next();
                if (event.isEmpty()) {
                    lost("the cluster hung up before the pipe ended; ask: atoll why " + job.id());
                    return;
                }
                hear(part, event.get());
            }
        } catch (BrokenPipeException e) {
            // As if the last command itself had written into the closed pipe.
            cancel(Signal.PIPE, "nobody reads its output any more");
            exitCode.complete(ExitCode.BROKEN_PIPE);
        } catch (AtollException e) {
            lost(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            cancel(Signal.PIPE, "its output cannot be written");
            exitCode.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!exitCode.isDone()) {
                lost(part.command + ": " + e.getMessage());
            }
        }
    }

    private void hear(Part part, Attachment.Event event) {
        switch (event) {
            case Attachment.Event.Started started -> {
                part.started.complete(started);
                if (!part.started.join().equals(started)) {
                    lost("%s: runs anew, without what it had read".formatted(part.command));
                }
            }
            case Attachment.Event.Stdout(var data) -> shell.out().write(data);
            case Attachment.Event.Stderr(var data) -> shell.err().write(data);
            case Attachment.Event.Ended(Optional<Failure> failure) -> part.ended.complete(failure);
        }
    }

    private void tellIfItWaits() {
        try {
            all(it -> CompletableFuture.anyOf(it.started, it.ended))
                    .get(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            tellWhyItWaits();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("nothing else completes it", e);
        }
    }

    private void tellWhyItWaits() {
        try {
            job.explainTask(0, 0).stream()
                    .filter(sentence -> sentence.startsWith("It waits"))
                    .forEach(shell::say);
        } catch (AtollException e) {
            shell.say("nothing has started yet: " + e.getMessage());
        }
    }

    // ---- the end

    /** Every command has ended. */
    private int end() {
        Optional<Part> cause =
                parts.stream()
                        .filter(part -> ended(part).map(f -> causeRank(f) >= 0).orElse(false))
                        .min(Comparator.comparingInt(part -> causeRank(ended(part).orElseThrow())));
        if (cause.isPresent()) {
            return broken(cause.get(), ended(cause.get()).orElseThrow());
        }
        Optional<Failure> last = ended(parts.getLast());
        if (exitsCount) {
            for (Part part : parts.reversed()) {
                last = last.or(() -> ended(part));
            }
        }
        return ExitCode.of(last);
    }

    private static Optional<Failure> ended(Part part) {
        return part.ended.join();
    }

    private static int causeRank(Failure failure) {
        return CAUSES.indexOf(failure.kind());
    }

    private int broken(Part part, Failure failure) {
        Optional<Signal> signal = endedBy.get();
        if (failure.kind() != Failure.Kind.CANCELLED) {
            shell.say(
                    "%s: %s; the pipe was stopped"
                            .formatted(part.command, FailureText.of(failure)));
            return ExitCode.of(Optional.of(failure));
        }
        if (signal.isPresent()) {
            return ExitCode.ofSignal(signal.get().number());
        }
        try {
            JobStatus status = job.status();
            shell.say("the pipe was stopped: " + status.reason());
            return status.state() == JobStatus.State.FAILED
                    ? ExitCode.TRY_AGAIN
                    : ExitCode.ofSignal(Signal.TERM.number());
        } catch (AtollException e) {
            shell.say("the pipe was stopped: " + e.getMessage());
            return ExitCode.TRY_AGAIN;
        }
    }

    private void lost(String message) {
        if (exitCode.isDone()) {
            return;
        }
        cancel(Signal.TERM, "the command that started it lost the line to it");
        // The first one says it.
        if (exitCode.complete(ExitCode.TRY_AGAIN)) {
            shell.say(message);
        }
    }

    // ---- signals

    /* As a terminal does: all of them get it. */
    private void pass(Signal signal, List<Attachment> attachments) {
        endedBy.set(Optional.of(signal));
        boolean isPassed = true;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (!part.ended.isDone()) {
                isPassed &= part.started.isDone() && attachments.get(i).signal(signal.number());
            }
        }
        if (!isPassed) {
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
