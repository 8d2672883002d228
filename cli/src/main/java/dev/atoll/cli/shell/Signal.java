package dev.atoll.cli.shell;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The signals that a command passes on, or that its user names. */
public enum Signal {
    /** The terminal is gone. */
    HUP(1),
    /** Ctrl-C. */
    INT(2),
    /** Ctrl-\. */
    QUIT(3),
    /** Cannot be refused. */
    KILL(9),
    /** The first one free for any use. */
    USR1(10),
    /** The second one free for any use. */
    USR2(12),
    /** Nobody reads any more. */
    PIPE(13),
    /** The usual one to end a process. */
    TERM(15),
    /** Goes on after a stop. */
    CONT(18),
    /** Stops, and cannot be refused. */
    STOP(19);

    private static final int NUMBER_MAX = 31;

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** The number by which Linux knows it. */
    public int number() {
        return number;
    }

    /** Reads "TERM", "SIGTERM" or "15"; empty if there is no such signal. */
    public static Optional<Integer> parse(String text) {
        if (text.matches("[0-9]{1,2}")) {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= NUMBER_MAX ? Optional.of(number) : Optional.empty();
        }
        String upper = text.toUpperCase(Locale.ROOT);
        String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        return Arrays.stream(values())
                .filter(signal -> signal.name().equals(name))
                .map(Signal::number)
                .findFirst();
    }
}
