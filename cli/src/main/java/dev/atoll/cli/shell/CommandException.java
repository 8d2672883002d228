package dev.atoll.cli.shell;

/** The command cannot be done, for a reason that its user can understand. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * @param exitCode one of {@link ExitCode}
     * @param message for people; one line for each fault
     */
    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What was asked for cannot be done as it is written. */
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    /** What the command says to the shell. */
    public int exitCode() {
        return exitCode;
    }

    /** The message. */
    public String message() {
        return String.valueOf(getMessage());
    }
}
