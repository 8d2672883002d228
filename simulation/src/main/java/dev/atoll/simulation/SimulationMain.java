package dev.atoll.simulation;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Set;

/** Runs simulations from the command line: many seeds, or one seed with its whole story. */
public final class SimulationMain {
    private static final String USAGE =
            "usage: simulation/run [--seeds N] [--from SEED] | --seed SEED [--verbose]";

    private final PrintStream out;
    private long count = 1_000;
    private long from = 1;
    private boolean isVerbose;

    private SimulationMain(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(new SimulationMain(System.out).run(args));
    }

    private int run(String[] args) {
        try {
            parse(args);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.println(USAGE);
            return 2;
        }
        long startNanos = System.nanoTime();
        long startCpuNanos = cpuNanos();
        long failed = 0;
        long events = 0;
        for (long seed = from; seed < from + count; seed++) {
            Simulation.Result result = run(seed);
            events += result.events();
            failed += result.defect().isPresent() ? 1 : 0;
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double cpuSeconds = (cpuNanos() - startCpuNanos) / 1e9;
        out.printf(
                "%d seeds from %d: %d failed; %d events in %.1f s; %.0f seeds a minute of one"
                        + " processor%n",
                count, from, failed, events, seconds, count * 60 / cpuSeconds);
        return failed == 0 ? 0 : 1;
    }

    /** By the clock a busy machine would look like a slow simulation. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private Simulation.Result run(long seed) {
        Simulation simulation = new Simulation(seed, Set.of());
        if (isVerbose) {
            simulation.listen(out::println);
        }
        Simulation.Result result = simulation.run();
        result.defect().ifPresent(defect -> tell(result, defect));
        return result;
    }

    private void tell(Simulation.Result result, Simulation.Defect defect) {
        out.println(describe(result, defect));
    }

    /** A failing seed for people: the story, what is wrong, and how to see it again. */
    static String describe(Simulation.Result result, Simulation.Defect defect) {
        return "%s%nseed %d after %d events and %s: %s%n    %s%nreplay: simulation/run --seed %d --verbose"
                .formatted(
                        String.join(System.lineSeparator(), defect.story()),
                        result.seed(),
                        result.events(),
                        result.time(),
                        defect.invariant(),
                        defect.message(),
                        result.seed());
    }

    private void parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seeds" -> count = number(args, ++i);
                case "--from" -> from = number(args, ++i);
                case "--verbose" -> isVerbose = true;
                case "--seed" -> {
                    from = number(args, ++i);
                    count = 1;
                }
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
    }

    private static long number(String[] args, int i) {
        if (i >= args.length) {
            throw new IllegalArgumentException("%s needs a number".formatted(args[i - 1]));
        }
        try {
            return Long.parseLong(args[i]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: " + args[i], e);
        }
    }
}
