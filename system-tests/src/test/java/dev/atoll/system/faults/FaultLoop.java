package dev.atoll.system.faults;

import dev.atoll.system.faults.Fault.Victim;
import dev.atoll.system.faults.MarkedJob.Outcome;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Lets one fault after the other happen to a cluster in the middle of a job each. */
public final class FaultLoop {
    private static final int TASKS = 60;
    private static final Duration TASK_LENGTH = Duration.ofMillis(250);

    private final FaultCluster cluster;
    private final Options options;
    private final Random random;
    private final FaultPlan plan;
    private final PrintStream out;
    private final Tally tally = new Tally();
    private final List<String> complaints = new ArrayList<>();

    /**
     * What a loop does.
     *
     * @param rounds how many faults happen
     * @param seed all chance comes from it
     * @param isLong whether faults may last for half a minute
     * @param only the one kind that happens, such as "kill leader"; "" for all
     * @param length of each fault, when it is not left to chance
     * @param lostWorkers how often a worker is killed in a job of a minute, when the rounds are
     *     over
     */
    record Options(
            int rounds,
            long seed,
            boolean isLong,
            String only,
            Optional<Duration> length,
            int lostWorkers) {

        static Options ofShortFaults(int rounds, long seed) {
            return new Options(rounds, seed, false, "", Optional.empty(), 0);
        }

        static Options parse(String... args) {
            int rounds = FaultPlan.kindCount();
            long seed = System.nanoTime() & 0xffff_ffffL;
            String only = "";
            Optional<Duration> length = Optional.empty();
            int lostWorkers = 0;
            for (int i = 0; i + 1 < args.length; i += 2) {
                String value = args[i + 1];
                switch (args[i]) {
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--only" -> only = value;
                    case "--length" ->
                            length = Optional.of(Duration.ofSeconds(Long.parseLong(value)));
                    case "--lost-workers" -> lostWorkers = Integer.parseInt(value);
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
            return new Options(rounds, seed, true, only, length, lostWorkers);
        }
    }

    private FaultLoop(FaultCluster cluster, Options options, PrintStream out) {
        this.cluster = cluster;
        this.options = options;
        this.random = new Random(options.seed());
        this.plan = new FaultPlan(random, options.isLong(), options.only());
        this.out = out;
    }

    /**
     * Runs a loop.
     *
     * @param args see {@code system-tests/faults/loop --help}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> complaints = run(Options.parse(args), System.out);
        complaints.forEach(System.err::println);
        System.exit(complaints.isEmpty() ? 0 : 1);
    }

    /**
     * Starts a cluster, runs a loop and stops the cluster, of which its directory is left.
     *
     * @param out hears of each round
     * @return what was wrong
     */
    static List<String> run(Options options, PrintStream out)
            throws IOException, InterruptedException {
        Path target = AtollCommand.checkout().resolve("system-tests").resolve("target");
        Files.createDirectories(target);
        Path directory = Files.createTempDirectory(target, "faults-");
        out.printf("seed %d, %d rounds, in %s%n", options.seed(), options.rounds(), directory);
        try (FaultCluster cluster = FaultCluster.start(directory, 2)) {
            FaultLoop loop = new FaultLoop(cluster, options, out);
            loop.run(target.resolve("faults.md"));
            return loop.complaints;
        }
    }

    private void run(Path table) throws IOException, InterruptedException {
        for (int round = 1; round <= options.rounds(); round++) {
            round(round);
            Files.writeString(table, "Seed %d.%n%n%s".formatted(options.seed(), tally));
        }
        out.printf("%n%s", tally);
        if (options.lostWorkers() > 0) {
            String spread = new LostWorker(cluster, random).measure(options.lostWorkers());
            out.printf("%n%s", spread);
            Files.writeString(
                    table,
                    "%n%s".formatted(spread),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    private void round(int number) throws IOException, InterruptedException {
        Fault planned = plan.next();
        Fault fault = options.length().map(planned::lasting).orElse(planned);
        List<String> victims = victims(fault.victim());
        Path directory = cluster.directory().resolve("job-" + number);
        try (MarkedJob job = MarkedJob.start(cluster.address(), directory, TASKS, TASK_LENGTH)) {
            job.awaitStarts(1 + random.nextInt(TASKS / 2));
            long epochNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            for (String victim : victims) {
                begin(fault, victim);
            }
            Thread.sleep(fault.length());
            for (String victim : victims) {
                end(fault, victim);
            }
            Outcome outcome = job.outcome();
            tally.add(fault, epochNanos, outcome);
            judge(number, fault, outcome);
            out.printf(
                    "%3d  %-30s %-22s pause %4.1f s, re-run %d%n",
                    number,
                    fault,
                    String.join(" ", victims),
                    outcome.longestPause().toMillis() / 1e3,
                    outcome.reruns());
        }
        for (String victim : victims) {
            cluster.process(victim).awaitReady();
        }
        cluster.awaitWhole();
    }

    private List<String> victims(Victim victim) throws InterruptedException {
        return switch (victim) {
            case LEADER -> List.of(cluster.leader());
            case STANDBY -> {
                List<String> standbys = new ArrayList<>(cluster.names("master"));
                standbys.remove(cluster.leader());
                yield any(standbys);
            }
            case WORKER -> any(cluster.names("worker"));
            case NAMING -> any(cluster.names("naming"));
            case ETCD -> any(cluster.names("etcd"));
            case ALL_NAMING -> cluster.names("naming");
            case ALL_ETCD -> cluster.names("etcd");
        };
    }

    private List<String> any(List<String> names) {
        return List.of(names.get(random.nextInt(names.size())));
    }

    private void begin(Fault fault, String victim) {
        switch (fault.kind()) {
            case KILL -> cluster.process(victim).kill();
            case FREEZE -> cluster.process(victim).freeze();
            case CUT -> cluster.network().cut(victim, fault.cut());
        }
    }

    private void end(Fault fault, String victim) {
        switch (fault.kind()) {
            case KILL -> cluster.process(victim).restart();
            case FREEZE -> cluster.process(victim).thaw();
            case CUT -> cluster.network().heal(victim);
        }
    }

    private void judge(int round, Fault fault, Outcome outcome) {
        List<String> wrong = new ArrayList<>();
        if (outcome.exitCode() != 0) {
            wrong.add(
                    "the command ended with %d: %s".formatted(outcome.exitCode(), outcome.said()));
        }
        if (!outcome.isExact()) {
            wrong.add("%d lost, %d duplicated".formatted(outcome.lost(), outcome.duplicated()));
        }
        if (outcome.reruns() > 0 && !fault.mayRunAgain()) {
            wrong.add("%d re-run".formatted(outcome.reruns()));
        }
        wrong.forEach(what -> complaints.add("round %d, %s: %s".formatted(round, fault, what)));
    }
}
