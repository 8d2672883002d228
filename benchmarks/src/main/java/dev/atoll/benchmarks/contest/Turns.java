package dev.atoll.benchmarks.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lets a contestant be told over its standard input when it is its turn: {@code 200 tasks 1} asks
 * for one task, two hundred times in a row. The answer is a line of the nanoseconds that each took.
 * What the system itself prints goes to standard error.
 */
public final class Turns {
    private Turns() {}

    /** How a contestant comes to be, with its workers. */
    @FunctionalInterface
    public interface Start {
        /** Starts what is needed, and waits for it. */
        Contestant start() throws Exception;
    }

    /** Serves until the input ends, and then leaves. */
    public static void serve(Start start) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        int exit = 0;
        try (Contestant contestant = start.start()) {
            answers.println("ready " + contestant.about());
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                answers.println(answer(contestant, line.split(" ")));
            }
        } catch (Exception e) {
            e.printStackTrace();
            answers.println("failed " + e);
            exit = 1;
        }
        // Some systems leave threads behind.
        System.exit(exit);
    }

    private static String answer(Contestant contestant, String[] words) {
        if (words[0].equals("pids")) {
            return "pids "
                    + contestant.processIds().stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(" "));
        }
        StringBuilder answer = new StringBuilder("nanos");
        try {
            for (int turn = Integer.parseInt(words[0]); turn > 0; turn--) {
                long begin = System.nanoTime();
                run(contestant, words[1], numbers(words));
                answer.append(' ').append(System.nanoTime() - begin);
            }
            return answer.toString();
        } catch (UnsupportedOperationException e) {
            return "cannot " + e.getMessage();
        } catch (Exception | OutOfMemoryError e) {
            e.printStackTrace();
            return "failed " + e.toString().lines().findFirst().orElse("");
        }
    }

    private static List<Integer> numbers(String[] words) {
        return List.of(words).stream().skip(2).map(Integer::valueOf).toList();
    }

    private static void run(Contestant contestant, String kind, List<Integer> numbers)
            throws Exception {
        switch (kind) {
            case "tasks" -> contestant.tasks(numbers.get(0));
            case "processes" -> contestant.processes(numbers.get(0));
            case "pauses" -> contestant.pauses(numbers.get(0), numbers.get(1));
            case "results" -> contestant.results(numbers.get(0), numbers.get(1));
            case "command" -> contestant.command();
            default -> throw new IOException("unknown kind " + kind);
        }
    }
}
