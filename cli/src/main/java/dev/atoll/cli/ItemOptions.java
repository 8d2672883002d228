package dev.atoll.cli;

import dev.atoll.cli.items.FileItems;
import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.items.ItemSource;
import dev.atoll.cli.items.JsonItems;
import dev.atoll.cli.items.LineItems;
import dev.atoll.cli.items.ListedItems;
import dev.atoll.cli.items.PipedItems;
import dev.atoll.cli.items.RangeItems;
import dev.atoll.cli.items.WhenEmpty;
import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.Shell;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options that say what the items of a map are: exactly one of them. */
final class ItemOptions {
    private static final String CHOICES =
            "--range, --items, --each-line, --each-file, --each-json or --pipe";

    @Option(
            names = "--range",
            paramLabel = "A..B[..STEP]",
            description =
                    "The numbers from A to B, both included, as bash's {A..B}; down where B is"
                            + " less.")
    private Optional<String> range = Optional.empty();

    @Option(
            names = "--items",
            paramLabel = "ITEM",
            arity = "1..*",
            description = "These words, up to '--'.")
    private List<String> items = new ArrayList<>();

    @Option(
            names = "--each-line",
            paramLabel = "FILE",
            description = "The lines of a file ('-': standard input); empty ones are left out.")
    private Optional<String> lines = Optional.empty();

    @Option(
            names = "--each-file",
            paramLabel = "FILE|DIR|GLOB",
            arity = "1..*",
            description =
                    "Files: {} is the name, and the content is the task's standard input. A"
                            + " directory means all files below it.")
    private List<String> eachFile = new ArrayList<>();

    @Option(
            names = "--each-json",
            paramLabel = "FILE",
            description =
                    "The elements of a JSON array, or the values of JSON lines ('-': standard"
                            + " input).")
    private Optional<String> json = Optional.empty();

    @Option(
            names = "--pipe",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Cuts files ('-': standard input) into blocks, and each block is the standard"
                        + " input of a task. Records are never cut. atoll://NAME is a file in the"
                        + " cluster, whose blocks are there already; s3://BUCKET/KEY an object,"
                        + " which is read here, at AWS_ENDPOINT_URL with AWS_ACCESS_KEY_ID and"
                        + " AWS_SECRET_ACCESS_KEY. What gzip or zstd has compressed is decompressed"
                        + " here; --each-file sends it as it is.")
    private List<String> pipe = new ArrayList<>();

    @Mixin private BlockOption block = new BlockOption();

    @Mixin private RecordOptions records = new RecordOptions();

    /**
     * Where the items come from.
     *
     * @throws CommandException unless exactly one of the options says it, rightly
     */
    ItemSource source(Shell shell) {
        InputFiles files =
                new InputFiles(
                        Path.of("").toAbsolutePath(),
                        shell.in(),
                        new S3Objects(shell.environment()));
        List<ItemSource> chosen = new ArrayList<>();
        range.ifPresent(text -> chosen.add(range(text)));
        if (!items.isEmpty()) {
            chosen.add(new ListedItems(items));
        }
        lines.ifPresent(file -> chosen.add(new LineItems(files, file)));
        if (!eachFile.isEmpty()) {
            chosen.add(new FileItems(files, eachFile));
        }
        json.ifPresent(file -> chosen.add(new JsonItems(files, file)));
        if (!pipe.isEmpty()) {
            chosen.add(PipedItems.of(files, pipe, records.cut(block), WhenEmpty.REFUSED));
        }
        if (block.isShared() && pipe.isEmpty()) {
            throw CommandException.usage("--shared belongs to --pipe");
        }
        return switch (chosen.size()) {
            case 1 -> chosen.getFirst();
            case 0 -> throw CommandException.usage("which items? Give one of " + CHOICES);
            default -> throw CommandException.usage("give only one of " + CHOICES);
        };
    }

    private static RangeItems range(String text) {
        try {
            return RangeItems.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(
                    "--range must be %s, not '%s'".formatted(e.getMessage(), text));
        }
    }
}
