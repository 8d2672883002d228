package dev.atoll.cli;

import picocli.CommandLine.Option;

/** The option that says what becomes of files that are in the way of those that are brought. */
final class OverwriteOption {
    @Option(
            names = "--overwrite",
            description =
                    "Replaces files that are there by those that are brought. Default: brings"
                            + " nothing if one is there and differs.")
    private boolean given;

    boolean isGiven() {
        return given;
    }
}
