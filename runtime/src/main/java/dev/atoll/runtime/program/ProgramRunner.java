package dev.atoll.runtime.program;

import dev.atoll.runtime.config.ConfigException;
import dev.atoll.runtime.config.ConfigReader;
import dev.atoll.runtime.config.ConfigSection;
import dev.atoll.runtime.config.ProcessSettings;
import dev.atoll.runtime.config.Spelling;
import dev.atoll.runtime.logging.LogLevel;
import dev.atoll.runtime.logging.ServiceLog;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs in this process, from their settings to their end. Prints a line {@code atoll-ready
 * NAME HOST:PORT} as each is ready. On TERM and INT the programs are closed in reverse order,
 * within 10 s, and the process exits with 0.
 */
public final class ProgramRunner {
    /** It was told to stop, and has. */
    public static final int EXIT_STOPPED = 0;

    /** A program could not start, or had to stop. */
    public static final int EXIT_FAILED = 1;

    /** The settings cannot be used. */
    public static final int EXIT_BAD_SETTINGS = 2;

    private static final List<String> HELP_FLAGS = List.of("--help", "-h");

    private final Map<String, ServiceProgram<?>> programs;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * Runs the programs that ServiceLoader finds.
     *
     * @param environment of the process
     * @param out where ready lines and help are printed
     * @param err where log lines and the reason of an exit are printed
     */
    public ProgramRunner(Map<String, String> environment, PrintStream out, PrintStream err) {
        this(found(), environment, out, err);
    }

    ProgramRunner(
            List<ServiceProgram<?>> programs,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err) {
        this.programs = new TreeMap<>();
        programs.forEach(program -> this.programs.put(program.name(), program));
        this.environment = Map.copyOf(environment);
        this.out = out;
        this.err = err;
    }

    /** What each program does, by its name. */
    public Map<String, String> summaries() {
        Map<String, String> summaries = new TreeMap<>();
        programs.forEach((name, program) -> summaries.put(name, program.summary()));
        return summaries;
    }

    /**
     * Runs programs until the process is told to stop or one of them must stop. When the process
     * was told to stop, it ends in here.
     *
     * @param names which programs, in the order of their start; of several, flags and keys carry
     *     the name: {@code --naming.listen=...}
     * @param arguments flags, or {@code --help}
     * @return the exit code: 0 stopped, 1 failed, 2 settings that cannot be used
     */
    public int run(List<String> names, List<String> arguments) {
        ServiceLog log =
                ServiceLog.start(
                        names.size() == 1 ? names.getFirst() : "atoll", LogLevel.INFO, err);
        ProcessLife life = new ProcessLife(out, err);
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        Thread hook = new Thread(() -> shutDown(life, exitCode), "atoll-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            exitCode.complete(run(names, arguments, log, life));
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending already, and the hook ends it.
        } finally {
            exitCode.complete(EXIT_FAILED);
        }
        return exitCode.join();
    }

    /** The same, on a life that the caller may end. */
    int run(List<String> names, List<String> arguments, ServiceLog log, ProcessLife life) {
        Map<ServiceProgram<?>, ConfigSection<?>> sections = new LinkedHashMap<>();
        ConfigSection<ProcessConfig> processSection = ConfigSection.ofProcess(ProcessConfig.class);
        for (String name : names) {
            ServiceProgram<?> program = programs.get(name);
            if (program == null || sections.containsKey(program)) {
                return refuse(name, program != null);
            }
            sections.put(program, section(program, names.size() > 1));
        }
        List<ConfigSection<?>> all = new ArrayList<>(sections.values());
        all.add(processSection);
        ConfigReader reader = new ConfigReader(all);
        if (arguments.stream().anyMatch(HELP_FLAGS::contains)) {
            out.print(reader.help());
            return EXIT_STOPPED;
        }
        ProcessSettings settings;
        try {
            settings = reader.read(arguments, environment);
        } catch (ConfigException e) {
            return life.refuse(String.join("+", names), e);
        }
        ProcessConfig processConfig = settings.get(processSection);
        log.setLevel(processConfig.logLevel());
        Map<ServiceProgram<?>, Record> configs = new LinkedHashMap<>();
        sections.forEach((program, section) -> configs.put(program, settings.get(section)));
        return life.live(processConfig, configs);
    }

    private static ConfigSection<?> section(ServiceProgram<?> program, boolean shared) {
        return shared
                ? ConfigSection.ofSharedProgram(program.name(), program.configType())
                : ConfigSection.ofProgram(program.name(), program.configType());
    }

    private int refuse(String name, boolean twice) {
        String sentence =
                twice
                        ? "is named twice"
                        : "is no program"
                                + Spelling.nearest(name, programs.keySet())
                                        .map(nearest -> "; did you mean " + nearest + "?")
                                        .orElse("");
        err.println("atoll: " + name + " " + sentence + " (programs: " + programs.keySet() + ")");
        return EXIT_BAD_SETTINGS;
    }

    /* On TERM the JVM runs this while every other thread goes on: the one that lives is told to
     * stop, and then the process is halted with 0. The JVM's own exit code would be 143, which
     * supervisors take for a failure. */
    private static void shutDown(ProcessLife life, CompletableFuture<Integer> exitCode) {
        life.stop();
        int code =
                exitCode.completeOnTimeout(
                                EXIT_FAILED,
                                2 * ProcessLife.STOP_TIMEOUT.toMillis(),
                                TimeUnit.MILLISECONDS)
                        .join();
        Runtime.getRuntime().halt(code);
    }

    private static List<ServiceProgram<?>> found() {
        List<ServiceProgram<?>> programs = new ArrayList<>();
        for (ServiceProgram<?> program : ServiceLoader.load(ServiceProgram.class)) {
            programs.add(program);
        }
        return programs;
    }
}
