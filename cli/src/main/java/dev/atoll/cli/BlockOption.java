package dev.atoll.cli;

import dev.atoll.runtime.config.ByteSize;

import picocli.CommandLine.Option;

/** The option that says how large the blocks are that files are cut into. */
final class BlockOption {
    @Option(
            names = "--block",
            paramLabel = "SIZE",
            defaultValue = "16MiB",
            description = "How large blocks are, at most 64 MiB. Default: 16 MiB.")
    private ByteSize size = ByteSize.ofMebibytes(16);

    ByteSize size() {
        return size;
    }
}
