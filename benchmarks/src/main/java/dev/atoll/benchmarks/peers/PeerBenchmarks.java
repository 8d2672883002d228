package dev.atoll.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All measurements of Atoll beside its peers. The entrants are in a file, one in a line: a name, a
 * tab, and the command, whose words have tabs between them. The first is what the others are set
 * beside.
 */
public final class PeerBenchmarks {
    private static final int MILLION = 1_000_000;

    private final List<Entrant> entrants;
    private final int rounds;

    private PeerBenchmarks(List<Entrant> entrants, int rounds) {
        this.entrants = entrants;
        this.rounds = rounds;
    }

    /**
     * Prints the tables.
     *
     * @param arguments the file of entrants, a directory for their files, the counted rounds, and
     *     what is measured: any of tasks, million, one, processes, command, pauses, results, memory
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path room = Path.of(arguments[1]);
        List<String> wanted = List.of(arguments).subList(3, arguments.length);
        List<Entrant> entrants = new ArrayList<>();
        // One after the other: on two cores, all at once would be late.
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            List<String> words = List.of(line.split("\t"));
            String name = words.getFirst();
            Entrant entrant =
                    Entrant.start(
                            name,
                            room.resolve(name.replaceAll("\\W+", "-")),
                            words.subList(1, words.size()));
            entrant.awaitReady();
            entrants.add(entrant);
        }
        printAbout(entrants);
        new PeerBenchmarks(entrants, Integer.parseInt(arguments[2])).run(wanted);
        printOut(entrants);
        for (Entrant entrant : entrants) {
            entrant.close();
        }
    }

    private static void printAbout(List<Entrant> entrants) {
        Table table = new Table("What takes part:", "system", "how, and what is durable");
        for (Entrant entrant : entrants) {
            table.row(entrant.name(), entrant.about());
        }
    }

    private static void printOut(List<Entrant> entrants) {
        for (Entrant entrant : entrants) {
            entrant.whyOut()
                    .ifPresent(
                            why -> System.out.printf("%n%s fell out. %s%n", entrant.name(), why));
        }
    }

    private void run(List<String> wanted) throws InterruptedException {
        String before = "the start";
        for (String what : wanted) {
            switch (what) {
                case "tasks" -> tasks(10_000, rounds, 2_000, 600);
                case "million" -> tasks(MILLION, 1, 10_000, 300);
                // Nothing but for the memory table behind it.
                case "ten-million" ->
                        new Race("tasks", MILLION, "", 10_000, 10, 120).run(entrants.subList(0, 1));
                case "one" ->
                        new Latency("tasks 1", 100, rounds)
                                .print("One warm function, from submit to result:", entrants);
                case "command" ->
                        new Latency("command", 5, rounds)
                                .print("One `/bin/true`, by one command of a shell:", entrants);
                case "processes" ->
                        RateTable.print(
                                "Processes, `/bin/true` in a task each:",
                                "tasks",
                                1,
                                new Race("processes", 10_000, "", 100, rounds, 60).run(entrants));
                case "pauses" -> pauses();
                case "results" -> {
                    results("1 KiB", 10_000, 1 << 10);
                    results("100 KiB", 1_000, 100 << 10);
                    results("10 MiB", 20, 10 << 20);
                }
                case "memory" -> Memory.print("Memory after " + before + ":", entrants);
                default -> throw new IllegalArgumentException("unknown: " + what);
            }
            before = what;
        }
    }

    private void tasks(int count, int turns, int warmUp, int turnSeconds)
            throws InterruptedException {
        RateTable.print(
                "Empty functions, up to %,d in a turn, %d counted:".formatted(count, turns),
                "tasks",
                1,
                new Race("tasks", count, "", warmUp, turns, turnSeconds).run(entrants));
    }

    private void pauses() throws InterruptedException {
        int millis = 100;
        int count = 300;
        double ideal = count / 6.0 * millis / 1e3;
        Table table =
                new Table(
                        "%d functions that sleep %d ms, two at once on each worker: ideal %.1f s"
                                .formatted(count, millis, ideal),
                        "system",
                        "s median",
                        "min",
                        "max",
                        "to the ideal");
        new Race("pauses", count, " " + millis, 30, rounds, 60)
                .run(entrants)
                .forEach((entrant, result) -> {
                    table.row(
                            entrant.name(),
                            "%.2f".formatted(result.median()),
                            "%.2f".formatted(result.best()),
                            "%.2f".formatted(result.worst()),
                            "%.2f".formatted(result.median() / ideal));
                });
    }

    private void results(String size, int count, int bytes) throws InterruptedException {
        RateTable.print(
                "Results of %s, gathered:".formatted(size),
                "MiB",
                bytes / (double) (1 << 20),
                new Race("results", count, " " + bytes, Math.max(2, count / 10), rounds, 60)
                        .run(entrants));
    }
}
