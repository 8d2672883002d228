package dev.atoll.cli;

import dev.atoll.cli.jobfile.Combiners;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.MapReduce;
import dev.atoll.core.model.Shuffle.Combiner;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of the records of each key.
 *
 * @param command reads the records of its part, sorted, and writes the result
 * @param combiner what records of the same key are made into on the way
 */
record Reduction(List<String> command, Optional<Combiner> combiner) {
    private static final Pattern TOP = Pattern.compile("top:([1-9][0-9]{0,5}|1000000)");

    /** What --reduce says: the name of a program that is built in, or a line for the shell. */
    static Reduction parse(String text) {
        if (text.isBlank()) {
            throw CommandException.usage(
                    "--reduce must be a name or a command for the shell, not empty");
        }
        if (text.startsWith("top:") || text.equals("top")) {
            return top(text);
        }
        return switch (text) {
            case "cat" -> builtIn("cat", Optional.empty());
            // What was counted on the way is summed up.
            case "count" -> builtIn("sum", Optional.of(Combiner.COUNT));
            case "sum", "min", "max", "first", "unique" -> builtIn(text, Combiners.find(text));
            default -> new Reduction(List.of("sh", "-c", text), Optional.empty());
        };
    }

    private static Reduction top(String text) {
        Matcher top = TOP.matcher(text);
        if (!top.matches()) {
            throw CommandException.usage(
                    "--reduce top:N must have a number from 1 to 1000000, not '%s'"
                            .formatted(text));
        }
        return new Reduction(List.of(MapReduce.BUILT_IN + "top", top.group(1)), Optional.empty());
    }

    private static Reduction builtIn(String name, Optional<Combiner> combiner) {
        return new Reduction(List.of(MapReduce.BUILT_IN + name), combiner);
    }
}
