package dev.atoll.runtime.program;

import dev.atoll.runtime.logging.LogLevel;
import dev.atoll.runtime.logging.ServiceLog;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Programs that run beside the caller, in the caller's process, until they are closed. */
public final class HostedPrograms implements AutoCloseable {
    private final ProcessLife life;
    private final Thread thread;

    private HostedPrograms(ProcessLife life, Thread thread) {
        this.life = life;
        this.thread = thread;
    }

    /**
     * Starts programs as {@link ProgramRunner#run} does, and returns at once. Signals to the
     * process do not reach them.
     *
     * @param environment whose settings they take
     * @param out where ready lines are printed
     * @param err where warnings are logged, and the reason is printed if they end by themselves
     */
    public static HostedPrograms start(
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            List<String> names,
            List<String> arguments) {
        ServiceLog log = ServiceLog.start("atoll", LogLevel.WARN, err);
        ProcessLife life = new ProcessLife(out, err);
        ProgramRunner runner = new ProgramRunner(environment, out, err);
        Thread thread =
                Thread.ofPlatform()
                        .name("atoll-programs")
                        .daemon()
                        .start(() -> {
                            int _ = runner.run(names, arguments, log, life);
                            out.close();
                        });
        return new HostedPrograms(life, thread);
    }

    /** Stops them in the reverse order of their start, and waits for it. */
    @Override
    public void close() {
        life.stop();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
