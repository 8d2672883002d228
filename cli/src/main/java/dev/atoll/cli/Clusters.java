package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.ConnectOptions;
import dev.atoll.client.ConnectOptions.Credentials;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The options that say which cluster is meant, and the way to it. */
final class Clusters {
    /** What helps where there is no cluster. */
    static final String HOW_TO_START =
            "start one on this machine with: atoll up     (or name one: --cluster HOST:PORT)";

    @Option(
            names = "--cluster",
            paramLabel = "ADDRESS",
            description =
                    "The cluster: HOST:PORT of its masters, or naming://HOST:PORT of its naming"
                            + " service, which knows the master that leads; several with ','."
                            + " Default: $ATOLL_CLUSTER, or else the cluster that 'atoll up'"
                            + " started.")
    private Optional<String> address = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The secret of that cluster. Default: $ATOLL_TOKEN_FILE.")
    private Optional<Path> tokenFile = Optional.empty();

    @SuppressWarnings("UnusedVariable") // Read by picocli.
    @Mixin
    private HelpOption help = new HelpOption();

    /**
     * Connects to the cluster that is meant. To be closed.
     *
     * @throws CommandException when none is named and none runs here
     */
    Atoll connect(Shell shell) {
        return Atoll.connect(options(shell))
                .whenWaiting(reason -> shell.say("waiting for the cluster: " + reason));
    }

    /** How to reach the cluster that is meant. */
    ConnectOptions options(Shell shell) {
        Map<String, String> environment = new HashMap<>(shell.environment());
        address.ifPresent(given -> environment.put("ATOLL_CLUSTER", given));
        try {
            ConnectOptions found =
                    ConnectOptions.find(environment)
                            .orElseThrow(() ->
                                    new CommandException(
                                            ExitCode.NO_CLUSTER,
                                            "no cluster is named, and none runs on this"
                                                    + " machine\n"
                                                    + HOW_TO_START));
            return tokenFile.map(file -> found.with(Credentials.token(file))).orElse(found);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--cluster must be " + e.getMessage());
        }
    }
}
