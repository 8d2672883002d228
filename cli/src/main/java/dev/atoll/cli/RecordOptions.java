package dev.atoll.cli;

import dev.atoll.cli.items.Cut;
import dev.atoll.client.RecordEnds;
import dev.atoll.runtime.config.ByteSize;

import picocli.CommandLine.Option;

import java.util.Optional;

/** The options that say what a record is, of which blocks hold whole ones. */
final class RecordOptions {
    @Option(
            names = "--delimiter",
            paramLabel = "BYTES",
            description =
                    "What ends a record, such as ';', '\\0' or '\\r\\n'. Default: a line break.")
    private Optional<String> delimiter = Optional.empty();

    @Option(
            names = "--record-size",
            paramLabel = "SIZE",
            description = "How long each record is, where all have the same length.")
    private Optional<ByteSize> recordSize = Optional.empty();

    /** How files are cut. */
    Cut cut(BlockOption block) {
        return new Cut(block.size(), delimiter, recordSize, block.isShared());
    }

    /** Where records end. */
    RecordEnds ends() {
        return Cut.delimiter(delimiter, recordSize).ends();
    }
}
