package dev.atoll.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Atoll beside its peers in one run: the commands take turns, so that a machine whose pace drifts
 * drifts for all of them alike. Prints medians with minimum and maximum, and the ratio to the
 * first.
 */
public final class SideBySide {
    private final Path atoll;
    private final int rounds;

    private SideBySide(Path atoll, int rounds) {
        this.atoll = atoll;
        this.rounds = rounds;
    }

    /** One command to time; {@code tasks} is how many tasks one run of it does. */
    private record Contestant(String name, int tasks, List<String> command) {}

    /**
     * Runs all comparisons.
     *
     * @param args the launcher, the number of process tasks, the number of rounds
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: SideBySide LAUNCHER TASKS ROUNDS (with a cluster up)");
            System.exit(2);
        }
        int tasks = Integer.parseInt(args[1]);
        SideBySide harness = new SideBySide(Path.of(args[0]), Integer.parseInt(args[2]));
        harness.processTasks(tasks);
        harness.latency();
    }

    private void processTasks(int tasks) throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        contestants.add(bareLoops(tasks));
        contestants.add(
                new Contestant(
                        "xargs -P2 -n1 /bin/true",
                        tasks,
                        shell("seq %d | xargs -P2 -n1 /bin/true".formatted(tasks))));
        int fewer = Math.max(1, tasks / 10);
        if (isInstalled("parallel")) {
            contestants.add(
                    new Contestant(
                            "GNU parallel -j2 /bin/true",
                            fewer,
                            shell("seq %d | parallel --will-cite -j2 /bin/true".formatted(fewer))));
        } else {
            System.out.println("GNU parallel is not installed: left out.");
        }
        contestants.add(
                new Contestant(
                        "atoll map -- /bin/true",
                        tasks,
                        List.of(
                                atoll.toString(),
                                "map",
                                "--range",
                                "1..%d".formatted(tasks),
                                "--",
                                "/bin/true")));
        System.out.printf("%nProcess tasks, %,d of them, whole commands:%n%n", tasks);
        System.out.println("| command | tasks/s median | min | max | ratio to the bare loop |");
        System.out.println("|---|---|---|---|---|");
        Map<Contestant, List<Double>> seconds = takeTurns(contestants);
        double base = 0;
        for (Map.Entry<Contestant, List<Double>> entry : seconds.entrySet()) {
            int count = entry.getKey().tasks();
            List<Double> rates = entry.getValue().stream().map(it -> count / it).sorted().toList();
            double median = median(rates);
            base = base == 0 ? median : base;
            System.out.printf(
                    "| `%s` | %,.0f | %,.0f | %,.0f | %.2f |%n",
                    entry.getKey().name(),
                    median,
                    rates.getFirst(),
                    rates.getLast(),
                    median / base);
        }
    }

    /* Two shells that do nothing but start processes, one for each core: no compiler is needed, and a
     * shell's loop starts processes about as fast as a program in C does. */
    private static Contestant bareLoops(int tasks) {
        String loop =
                "i=0; while [ $i -lt %d ]; do /bin/true; i=$((i+1)); done".formatted(tasks / 2);
        return new Contestant(
                "two bare loops of /bin/true",
                tasks,
                shell("(%s) & (%s) & wait".formatted(loop, loop)));
    }

    private void latency() throws IOException, InterruptedException {
        List<Contestant> contestants =
                List.of(
                        new Contestant("/bin/true", 1, List.of("/bin/true")),
                        new Contestant(
                                "atoll run -- true",
                                1,
                                List.of(atoll.toString(), "run", "--", "true")));
        System.out.printf("%nOne task, whole commands:%n%n");
        System.out.println("| command | ms median | min | max |");
        System.out.println("|---|---|---|---|");
        Map<Contestant, List<Double>> seconds =
                new SideBySide(atoll, rounds * 4).takeTurns(contestants);
        seconds.forEach((contestant, times) -> {
            List<Double> sorted = times.stream().sorted().toList();
            System.out.printf(
                    "| `%s` | %.0f | %.0f | %.0f |%n",
                    contestant.name(),
                    median(sorted) * 1e3,
                    sorted.getFirst() * 1e3,
                    sorted.getLast() * 1e3);
        });
    }

    private Map<Contestant, List<Double>> takeTurns(List<Contestant> contestants)
            throws IOException, InterruptedException {
        Map<Contestant, List<Double>> seconds = new LinkedHashMap<>();
        for (Contestant contestant : contestants) {
            time(contestant);
            seconds.put(contestant, new ArrayList<>());
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Contestant, List<Double>> entry : seconds.entrySet()) {
                entry.getValue().add(time(entry.getKey()));
            }
        }
        return seconds;
    }

    private static double time(Contestant contestant) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(contestant.command())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(contestant.name() + " did not end in 10 minutes");
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    "%s ended with %d".formatted(contestant.name(), process.exitValue()));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static boolean isInstalled(String program) {
        return Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(path -> List.of(path.split(":")).stream())
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    }
}
