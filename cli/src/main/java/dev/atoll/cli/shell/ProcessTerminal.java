package dev.atoll.cli.shell;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The terminal of this process, as the system's /proc and stty know it. */
final class ProcessTerminal implements Terminal {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int COLUMNS_DEFAULT = 80;
    private static final int ROWS_DEFAULT = 24;

    /* A process in the background that reads from its terminal is stopped. Whether it is in the
     * background stands in its own stat: the fields after the name in parentheses are the state,
     * the parent, the process group, the session, the terminal, and the terminal's foreground
     * process group. */
    private static final int GROUP_FIELD = 2;
    private static final int FOREGROUND_FIELD = 5;

    @Override
    public boolean mayReadInput() {
        return !isTerminal(STDIN) || isForeground();
    }

    @Override
    public boolean isOutput() {
        return isTerminal(STDOUT);
    }

    @Override
    public boolean isError() {
        return isTerminal(STDERR);
    }

    @Override
    public int columns() {
        return size().get(1);
    }

    @Override
    public int rows() {
        return size().get(0);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException _) {
            // Not Linux: Java only knows of both ends together.
            return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        }
    }

    private static boolean isForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[GROUP_FIELD].equals(fields[FOREGROUND_FIELD]);
        } catch (IOException _) {
            return true;
        }
    }

    private static List<Integer> size() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            String[] numbers = answer.strip().split(" ", -1);
            if (numbers.length == 2) {
                int rows = Integer.parseInt(numbers[0]);
                int columns = Integer.parseInt(numbers[1]);
                if (rows > 0 && columns > 0) {
                    return List.of(rows, columns);
                }
            }
        } catch (IOException | NumberFormatException _) {
            return List.of(ROWS_DEFAULT, COLUMNS_DEFAULT);
        }
        return List.of(ROWS_DEFAULT, COLUMNS_DEFAULT);
    }
}
