package dev.atoll.cli.shell;

/** What is known of the terminal that a command was started from. */
public interface Terminal {
    /** Whether standard input is a terminal from which this process may read. */
    boolean mayReadInput();

    /** Whether standard output is a terminal. */
    boolean isOutput();

    /** Whether standard error is a terminal. */
    boolean isError();

    /** How many characters fit in a line; asked for again, it may have changed. */
    int columns();

    /** How many lines there are. */
    int rows();
}
