package dev.atoll.benchmarks.peers;

import dev.atoll.benchmarks.contest.Commands;
import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;

import java.util.List;

/** What a shell can do on one machine, with no system at all. */
final class ShellContestant implements Contestant {
    private final String about;
    private final String processes;

    private ShellContestant(String about, String processes) {
        this.about = about;
        this.processes = processes;
    }

    /** Serves; takes {@code loops}, {@code xargs} or {@code parallel}. */
    public static void main(String[] arguments) {
        Turns.serve(() -> of(arguments[0]));
    }

    private static ShellContestant of(String kind) {
        return switch (kind) {
            case "loops" ->
                    new ShellContestant(
                            "two loops of a shell, one for each core",
                            "for i in 1 2; do (i=0; while [ $i -lt $((%d / 2)) ];"
                                    + " do /bin/true; i=$((i+1)); done) & done; wait");
            case "xargs" ->
                    new ShellContestant("xargs -P2 -n1", "seq %d | xargs -P2 -n1 /bin/true");
            case "parallel" ->
                    new ShellContestant(
                            "GNU parallel -j2",
                            "seq %d | parallel --will-cite -j2 /bin/true >/dev/null");
            default -> throw new IllegalArgumentException("unknown: " + kind);
        };
    }

    @Override
    public String about() {
        return about + "; nothing is durable, and this machine only";
    }

    @Override
    public void processes(int count) throws Exception {
        Commands.shell(processes.formatted(count));
    }

    @Override
    public void command() throws Exception {
        Commands.shell(processes.formatted(1).replace("in 1 2", "in 1"));
    }

    @Override
    public List<Long> processIds() {
        return List.of();
    }

    @Override
    public void close() {}
}
