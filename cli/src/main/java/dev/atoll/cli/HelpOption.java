package dev.atoll.cli;

import picocli.CommandLine.Option;

/** The option that shows what a command can do. */
final class HelpOption {
    @SuppressWarnings("UnusedVariable") // Read by picocli.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    private boolean help;
}
