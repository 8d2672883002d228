package dev.atoll.cli;

import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Sink;
import dev.atoll.cli.shell.Terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A shell that keeps what a command says. */
final class RecordedShell {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Shell shell;

    RecordedShell(Path home) {
        this(home, Map.of(), false);
    }

    RecordedShell(Path home, Map<String, String> environment, boolean isTerminal) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("ATOLL_HOME", home.toString());
        shell =
                new Shell(
                        variables,
                        Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                        new Sink(Channels.newChannel(out)),
                        new Sink(Channels.newChannel(err)),
                        terminal(isTerminal));
    }

    Shell shell() {
        return shell;
    }

    int run(String... words) {
        return new AtollCommand(shell).run(words);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static Terminal terminal(boolean is) {
        return new Terminal() {
            @Override
            public boolean mayReadInput() {
                return true;
            }

            @Override
            public boolean isOutput() {
                return is;
            }

            @Override
            public boolean isError() {
                return is;
            }

            @Override
            public int columns() {
                return 80;
            }

            @Override
            public int rows() {
                return 24;
            }
        };
    }
}
