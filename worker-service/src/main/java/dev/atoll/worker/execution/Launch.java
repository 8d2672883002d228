package dev.atoll.worker.execution;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start.
 *
 * @param command the program and its arguments; at least one element
 * @param programName how failures name the program: not by what is different in each task
 * @param environment all of it: nothing of the worker's own is added
 * @param workingDirectory an absolute directory
 * @param marker the variable of {@code environment} that no other launch has, for finding whatever
 *     this one leaves behind
 * @param input where standard input comes from
 * @param output who takes standard output
 */
public record Launch(
        List<String> command,
        String programName,
        Map<String, String> environment,
        Path workingDirectory,
        Marker marker,
        Input input,
        Output output) {
    /** Who takes standard output. */
    public enum Output {
        /** Whoever awaits the end. */
        AWAITED,
        /** Whoever reads {@link RunningProcess#output()}. */
        PIPED
    }

    /** A launch whose standard output is taken by whoever awaits its end. */
    public Launch(
            List<String> command,
            String programName,
            Map<String, String> environment,
            Path workingDirectory,
            Marker marker,
            Input input) {
        this(command, programName, environment, workingDirectory, marker, input, Output.AWAITED);
    }

    /** Where standard input comes from. */
    public sealed interface Input {
        /** It is empty. */
        record Empty() implements Input {}

        /** From a file. */
        record FromFile(Path file) implements Input {}

        /** From {@link RunningProcess#input()}. */
        record Piped() implements Input {}
    }

    /** Whether a string holds what ends strings in the system's eyes. */
    boolean holdsNul() {
        return command.stream().anyMatch(Launch::holdsNul)
                || environment.values().stream().anyMatch(Launch::holdsNul);
    }

    private static boolean holdsNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    public Launch {
        command = List.copyOf(command);
        requireNonNull(programName, "programName is null");
        environment = Map.copyOf(environment);
        requireNonNull(workingDirectory, "workingDirectory is null");
        requireNonNull(marker, "marker is null");
        requireNonNull(input, "input is null");
        requireNonNull(output, "output is null");
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command has at least one element");
        }
    }
}
