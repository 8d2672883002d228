package dev.atoll.cli;

import dev.atoll.cli.local.Home;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.local.LocalCluster;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/** The option that says which cluster of this machine is meant. */
final class HomeOption {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "The directory of the cluster. Default: $ATOLL_HOME, or else ~/.atoll/local."
                            + " Other commands find it by $ATOLL_HOME.")
    private Optional<Path> directory = Optional.empty();

    @SuppressWarnings("UnusedVariable") // Read by picocli.
    @Mixin
    private HelpOption help = new HelpOption();

    Home home(Shell shell) {
        return new Home(
                directory
                        .map(Path::toAbsolutePath)
                        .orElseGet(() -> LocalCluster.home(shell.environment())));
    }
}
