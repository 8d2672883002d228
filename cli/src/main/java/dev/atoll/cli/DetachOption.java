package dev.atoll.cli;

import picocli.CommandLine.Option;

/** The option that says that nobody waits for a job. */
final class DetachOption {
    @Option(
            names = {"-d", "--detach"},
            description = "Prints the job's number and does not wait.")
    private boolean given;

    boolean isGiven() {
        return given;
    }
}
