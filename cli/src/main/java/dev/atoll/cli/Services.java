package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.runtime.program.ProgramRunner;

import java.util.Arrays;
import java.util.List;

/** The commands that serve: one program, or several in one process. */
final class Services {
    private Services() {}

    /* The services print ready lines and log lines through the streams of Java. */
    private static ProgramRunner runner() {
        return new ProgramRunner(System.getenv(), System.out, System.err);
    }

    static int run(String verb, List<String> arguments) {
        if (!verb.equals("serve")) {
            return runner().run(List.of(verb), arguments);
        }
        if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
            throw CommandException.usage(
                    "serve needs the names of the services: atoll serve naming,master [OPTIONS]");
        }
        List<String> names = Arrays.asList(arguments.getFirst().split(","));
        return runner().run(names, arguments.subList(1, arguments.size()));
    }
}
