package dev.atoll.cli;

import dev.atoll.runtime.config.ByteSize;

import picocli.CommandLine.Option;

/** The options that say how large the blocks are that files are cut into, and where they are. */
final class BlockOption {
    @Option(
            names = "--block",
            paramLabel = "SIZE",
            defaultValue = "16MiB",
            description = "How large blocks are, at most 64 MiB. Default: 16 MiB.")
    private ByteSize size = ByteSize.ofMebibytes(16);

    @Option(
            names = "--shared",
            description =
                    "All workers see the files under the same paths, on a file system that they"
                            + " share: tasks read their blocks there, and nothing is sent.")
    private boolean shared;

    ByteSize size() {
        return size;
    }

    boolean isShared() {
        return shared;
    }
}
