package dev.atoll.cli.jobfile;

import dev.atoll.cli.shell.CommandException;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

import java.util.Optional;
import java.util.TreeMap;

/** Everything that is wrong with a file, in the order of its lines. */
final class Faults {
    private final String file;
    private final TreeMap<Integer, String> byPlace = new TreeMap<>();

    Faults(String file) {
        this.file = file;
    }

    /** Notes a fault; the first one at a place counts. */
    void add(Node node, String message) {
        Optional<Mark> mark = node.getStartMark();
        int place = mark.map(Mark::getIndex).orElse(0);
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        byPlace.putIfAbsent(place, "%s:%d: %s".formatted(file, line, message));
    }

    /**
     * Refuses the file if anything is wrong with it.
     *
     * @throws CommandException with every fault, one line each
     */
    void refuseIfAny() {
        if (!byPlace.isEmpty()) {
            throw CommandException.usage(String.join("\n", byPlace.values()));
        }
    }
}
