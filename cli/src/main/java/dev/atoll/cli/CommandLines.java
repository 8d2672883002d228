package dev.atoll.cli;

import dev.atoll.cli.jobfile.Durabilities;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.JobRequest.Durability;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.DurationText;
import dev.atoll.runtime.config.Spelling;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** How the words of every command are read, and how it says that it cannot read them. */
final class CommandLines {
    private static final int WIDTH = 100;

    private CommandLines() {}

    /** Reads the words into the command and calls it; or shows its help, or everything wrong. */
    static int execute(String verb, Callable<Integer> command, List<String> words, Shell shell)
            throws Exception {
        CommandLine line = of(verb, command, shell);
        ParseResult result = line.parseArgs(words.toArray(String[]::new));
        if (result.isUsageHelpRequested()) {
            shell.out().print(line.getUsageMessage());
            return ExitCode.OK;
        }
        List<String> faults = faults(result, line);
        if (faults.isEmpty()) {
            return command.call();
        }
        faults.forEach(shell::say);
        shell.say("see: " + line.getCommandName() + " --help");
        return ExitCode.USAGE;
    }

    private static boolean takesCommand(CommandLine line) {
        return line.getCommandSpec().positionalParameters().stream()
                .anyMatch(parameter -> parameter.paramLabel().equals("COMMAND"));
    }

    private static CommandLine of(String verb, Object command, Shell shell) {
        CommandLine line = new CommandLine(command);
        line.setCommandName("atoll " + verb);
        line.setUsageHelpWidth(WIDTH);
        line.setUsageHelpAutoWidth(false);
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        shell.terminal().isOutput() ? Ansi.ON : Ansi.OFF));
        // What comes after the first word of a user's command is that command's.
        line.setStopAtPositional(takesCommand(line));
        // The words belong to the user's command: @file is such a word, and not a file of words.
        line.setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.getCommandSpec().parser().collectErrors(true);
        line.registerConverter(Double.class, allowing(number(Double::valueOf)));
        line.registerConverter(BigDecimal.class, allowing(number(BigDecimal::new)));
        line.registerConverter(Duration.class, allowing(DurationText::parse));
        line.registerConverter(ByteSize.class, allowing(ByteSize::parse));
        line.registerConverter(Durability.class, allowing(Durabilities::parse));
        return line;
    }

    private static <T> ITypeConverter<T> number(ITypeConverter<T> parse) {
        return text -> {
            try {
                return parse.convert(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("a number", e);
            }
        };
    }

    /** Reads a word that, if it is wrong, is answered with what is allowed. */
    private static <T> ITypeConverter<T> allowing(ITypeConverter<T> parse) {
        return text -> {
            try {
                return parse.convert(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'%s' is not %s".formatted(text, e.getMessage()));
            }
        };
    }

    /* A word that is missing may be one that was taken for an option: then that is the fault. */
    private static List<String> faults(ParseResult result, CommandLine line) {
        List<String> faults = new ArrayList<>();
        boolean unmatched =
                result.errors().stream().anyMatch(UnmatchedArgumentException.class::isInstance);
        for (Exception error : result.errors()) {
            if (!unmatched || !(error instanceof MissingParameterException)) {
                faults.add(error.getMessage() + suggestion(error, line));
            }
        }
        return faults;
    }

    private static String suggestion(Exception error, CommandLine line) {
        if (!(error instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> options =
                line.getCommandSpec().options().stream()
                        .map(OptionSpec::names)
                        .flatMap(Arrays::stream)
                        .toList();
        return unmatched.getUnmatched().stream()
                .filter(word -> word.startsWith("-"))
                .map(word -> word.split("=", 2)[0])
                .flatMap(word -> Spelling.nearest(word, options).stream())
                .findFirst()
                .map(option -> "; did you mean " + option + "?")
                .orElse("");
    }
}
