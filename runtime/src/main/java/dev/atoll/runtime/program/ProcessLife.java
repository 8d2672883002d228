package dev.atoll.runtime.program;

import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.ConfigFault;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.metrics.MetricsServer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The life of a process: its programs start in order, serve, and stop in reverse order. */
final class ProcessLife {
    static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ProcessLife.class);

    private final PrintStream out;
    private final PrintStream err;
    private final CompletableFuture<ProcessEnd> end;
    private final Deque<Running> running; // Of the thread that lives here; newest first.
    private final Object starterLock;
    private @Nullable Thread starter; // Guarded by starterLock; only while programs start.

    private record Running(String program, RunningService service) {}

    ProcessLife(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.end = new CompletableFuture<>();
        this.running = new ArrayDeque<>();
        this.starterLock = new Object();
    }

    /** Tells the process to stop, as TERM does, and returns at once. */
    void stop() {
        end(new ProcessEnd.Stopped());
    }

    /** Starts the programs, waits for the end, stops them, and tells the exit code. */
    int live(ProcessConfig config, Map<ServiceProgram<?>, Record> programs) {
        try (Metrics metrics = new Metrics();
                @Nullable MetricsServer _ = serve(config.metricsListen(), metrics)) {
            metrics.addHealthCheck("programs", this::isServing);
            startAll(programs, metrics);
            ProcessEnd why = end.join();
            int exitCode = report(why);
            stopAll();
            return exitCode;
        } catch (IOException e) {
            return report(failed("metrics", "cannot start", e));
        }
    }

    private boolean isServing() {
        synchronized (starterLock) {
            return starter == null && !end.isDone();
        }
    }

    private static @Nullable MetricsServer serve(Optional<HostAndPort> listen, Metrics metrics)
            throws IOException {
        return listen.isPresent() ? MetricsServer.start(listen.get(), metrics) : null;
    }

    private void startAll(Map<ServiceProgram<?>, Record> programs, Metrics metrics) {
        synchronized (starterLock) {
            starter = Thread.currentThread();
        }
        Map<String, HostAndPort> started = new LinkedHashMap<>();
        for (Map.Entry<ServiceProgram<?>, Record> entry : programs.entrySet()) {
            if (!end.isDone()) {
                start(entry.getKey(), entry.getValue(), metrics, started);
            }
        }
        synchronized (starterLock) {
            starter = null;
            // An interrupt that came too late to end a start must not disturb what follows.
            Thread.interrupted();
        }
    }

    private <C extends Record> void start(
            ServiceProgram<C> program,
            Record config,
            Metrics metrics,
            Map<String, HostAndPort> started) {
        String name = program.name();
        FatalHandler fatal = (reason, cause) -> end(new ProcessEnd.Failed(name, reason, cause));
        ServiceContext context = new ServiceContext(name, metrics, fatal, started);
        try {
            RunningService service = program.start(program.configType().cast(config), context);
            running.push(new Running(name, service));
            started.put(name, service.address());
            var _ = service.terminated().whenComplete((_, failure) -> terminated(name, failure));
            out.println("atoll-ready " + name + " " + service.address());
            out.flush();
        } catch (ConfigException e) {
            end(new ProcessEnd.Refused(name, e));
        } catch (InterruptedException _) {
            stop();
        } catch (Exception e) {
            end(failed(name, "cannot start", e));
        }
    }

    private void terminated(String program, @Nullable Throwable failure) {
        end(
                failure == null
                        ? new ProcessEnd.Stopped()
                        : failed(program, "stopped by itself", failure));
    }

    private void end(ProcessEnd why) {
        if (end.complete(why)) {
            synchronized (starterLock) {
                if (starter != null) {
                    starter.interrupt();
                }
            }
        }
    }

    private int report(ProcessEnd why) {
        return switch (why) {
            case ProcessEnd.Stopped() -> ProgramRunner.EXIT_STOPPED;
            case ProcessEnd.Refused(String program, ConfigException refusal) ->
                    refuse(program, refusal);
            case ProcessEnd.Failed(String program, String reason, Throwable cause) -> {
                // What nobody foresaw needs its stack trace; for the rest a sentence is enough.
                if (cause instanceof RuntimeException || cause instanceof Error) {
                    LOG.error("{}: {}", program, reason, cause);
                }
                err.println("atoll: " + program + ": " + reason);
                yield ProgramRunner.EXIT_FAILED;
            }
        };
    }

    /** Prints why settings cannot be used, and tells the exit code. */
    int refuse(String program, ConfigException refusal) {
        err.println("atoll: " + program + " cannot start with these settings:");
        for (ConfigFault fault : refusal.faults()) {
            err.println("  " + fault);
        }
        return ProgramRunner.EXIT_BAD_SETTINGS;
    }

    private void stopAll() {
        Thread closer = Thread.ofPlatform().name("atoll-stop").daemon().start(this::closeAll);
        try {
            if (!closer.join(STOP_TIMEOUT)) {
                err.println(
                        "atoll: not stopped after "
                                + STOP_TIMEOUT.toSeconds()
                                + " s, going anyway");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        for (Running program : running) {
            try {
                program.service().close();
                LOG.info("{} stopped", program.program());
            } catch (RuntimeException e) {
                LOG.warn("{} did not stop cleanly", program.program(), e);
            }
        }
    }

    private static ProcessEnd.Failed failed(String program, String what, Throwable failure) {
        String message = Objects.toString(failure.getMessage(), failure.toString());
        return new ProcessEnd.Failed(program, what + ": " + message, failure);
    }
}
