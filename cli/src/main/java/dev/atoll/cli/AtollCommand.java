package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The program: finds the command that the first word names, and runs it. */
public final class AtollCommand {
    /* A command is a class that is loaded when it is needed: most of the time that a short command
     * takes is the loading of classes. */

    private final Shell shell;

    AtollCommand(Shell shell) {
        this.shell = shell;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        int code = new AtollCommand(Shell.ofProcess()).run(args);
        ProcessExit.with(code);
    }

    /** Runs one command and says how it ended. */
    int run(String... args) {
        try {
            return dispatch(moveLeadingOptions(args));
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            return FailureReport.tell(shell, e);
        }
    }

    private int dispatch(List<String> words) throws Exception {
        String verb = words.isEmpty() ? "" : words.getFirst();
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        return switch (verb) {
            case "", "help", "--help", "-h" -> help(verb, rest);
            case "--version", "-V", "version" -> version();
            case "rehearse" ->
                    rest.contains("services")
                            ? ServiceRehearsal.play(shell)
                            : Rehearsal.play(shell);
            case "naming", "master", "worker", "serve" -> Services.run(verb, rest);
            default -> {
                Optional<Callable<Integer>> command = Verbs.create(verb, shell);
                yield command.isPresent()
                        ? CommandLines.execute(verb, command.get(), rest, shell)
                        : unknown(verb);
            }
        };
    }

    private int version() {
        shell.out().println("atoll " + Version.current());
        return ExitCode.OK;
    }

    private int help(String word, List<String> rest) throws Exception {
        if (!rest.isEmpty() && Verbs.create(rest.getFirst(), shell).isPresent()) {
            return dispatch(List.of(rest.getFirst(), "--help"));
        }
        if (word.isEmpty()) {
            shell.tell(Overview.text());
            return ExitCode.USAGE;
        }
        shell.out().print(Overview.text());
        return ExitCode.OK;
    }

    private int unknown(String verb) {
        shell.say("there is no command " + verb + Verbs.suggestion(verb));
        shell.say("see: atoll --help");
        return ExitCode.USAGE;
    }

    /* "atoll --cluster HOST:PORT nodes" is "atoll nodes --cluster HOST:PORT". */
    private static List<String> moveLeadingOptions(String[] args) {
        int at = 0;
        while (at < args.length
                && (args[at].startsWith("--cluster") || args[at].startsWith("--token-file"))) {
            at += args[at].contains("=") ? 1 : 2;
        }
        if (at == 0 || at >= args.length) {
            return Arrays.asList(args);
        }
        List<String> words = new ArrayList<>();
        words.add(args[at]);
        words.addAll(Arrays.asList(args).subList(0, at));
        words.addAll(Arrays.asList(args).subList(at + 1, args.length));
        return words;
    }
}
