package dev.atoll.cli;

import dev.atoll.cli.shell.Shell;
import dev.atoll.runtime.config.Spelling;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The commands by name. Only the one that is asked for is loaded. */
final class Verbs {
    /** All names, those of the services too. */
    static final List<String> NAMES =
            List.of(
                    "up",
                    "down",
                    "demo",
                    "run",
                    "sh",
                    "map",
                    "mapreduce",
                    "submit",
                    "jobs",
                    "ps",
                    "top",
                    "nodes",
                    "logs",
                    "result",
                    "wait",
                    "kill",
                    "why",
                    "retry",
                    "drain",
                    "put",
                    "get",
                    "ls",
                    "cat",
                    "rm",
                    "df",
                    "naming",
                    "master",
                    "worker",
                    "serve",
                    "help",
                    "version");

    private Verbs() {}

    /** The command with this name. */
    static Optional<Callable<Integer>> create(String verb, Shell shell) {
        @Nullable Callable<Integer> command =
                switch (verb) {
                    case "up" -> new UpCommand(shell);
                    case "down" -> new DownCommand(shell);
                    case "demo" -> new DemoCommand(shell);
                    case "run" -> new RunCommand(shell);
                    case "sh" -> new ShCommand(shell);
                    case "map" -> new MapCommand(shell);
                    case "mapreduce" -> new MapReduceCommand(shell);
                    case "submit" -> new SubmitCommand(shell);
                    case "jobs" -> new JobsCommand(shell);
                    case "ps" -> new PsCommand(shell);
                    case "top" -> new TopCommand(shell);
                    case "nodes" -> new NodesCommand(shell);
                    case "logs" -> new LogsCommand(shell);
                    case "result" -> new ResultCommand(shell);
                    case "wait" -> new WaitCommand(shell);
                    case "kill" -> new KillCommand(shell);
                    case "why" -> new WhyCommand(shell);
                    case "retry" -> new RetryCommand(shell);
                    case "drain" -> new DrainCommand(shell);
                    case "put" -> new PutCommand(shell);
                    case "get" -> new GetCommand(shell);
                    case "ls" -> new LsCommand(shell);
                    case "cat" -> new CatCommand(shell);
                    case "rm" -> new RmCommand(shell);
                    case "df" -> new DfCommand(shell);
                    default -> null;
                };
        return Optional.ofNullable(command);
    }

    /** ": did you mean X?", or nothing. */
    static String suggestion(String verb) {
        return Spelling.nearest(verb, NAMES).map(name -> "; did you mean " + name + "?").orElse("");
    }
}
