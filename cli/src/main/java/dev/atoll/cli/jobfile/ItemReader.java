package dev.atoll.cli.jobfile;

import dev.atoll.cli.items.BlockItems;
import dev.atoll.cli.items.BlockLimits;
import dev.atoll.cli.items.Delimiter;
import dev.atoll.cli.items.FileItems;
import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.items.ItemSource;
import dev.atoll.cli.items.JsonItems;
import dev.atoll.cli.items.LineItems;
import dev.atoll.cli.items.ListedItems;
import dev.atoll.cli.items.RangeItems;
import dev.atoll.cli.items.StoredItems;
import dev.atoll.cli.items.StoredName;
import dev.atoll.cli.items.WhenEmpty;
import dev.atoll.runtime.config.ByteSize;

import java.util.List;
import java.util.Optional;

/** Reads where the items of a stage come from: at most one of the keys says it. */
final class ItemReader {
    /** The keys. */
    static final List<String> KEYS =
            List.of(
                    "range",
                    "items",
                    "each-line",
                    "each-file",
                    "each-json",
                    "pipe",
                    "block",
                    "delimiter");

    private static final List<String> SOURCES =
            List.of("range", "items", "each-line", "each-file", "each-json", "pipe");
    private static final int BLOCK_BYTES_DEFAULT = 16 << 20;

    private final Section section;
    private final Faults faults;
    private final InputFiles files;

    ItemReader(Section section, Faults faults, InputFiles files) {
        this.section = section;
        this.faults = faults;
        this.files = files;
    }

    /** The items; empty if no key says where they come from. */
    Optional<ItemSource> read() {
        List<String> given =
                SOURCES.stream().filter(key -> section.value(key).isPresent()).toList();
        if (given.size() > 1) {
            faults.add(
                    section.value(given.get(1)).orElseThrow(),
                    "items come from one place, not from " + String.join(" and ", given));
            return Optional.empty();
        }
        if (!given.contains("pipe")) {
            refuse("block");
            refuse("delimiter");
        }
        return given.isEmpty() ? Optional.empty() : source(given.getFirst());
    }

    private Optional<ItemSource> source(String key) {
        return switch (key) {
            case "range" -> section.read(key, RangeItems::parse);
            case "items" -> Optional.of(new ListedItems(section.texts(key)));
            case "each-line" -> section.text(key).map(name -> new LineItems(files, name));
            case "each-json" -> section.text(key).map(name -> new JsonItems(files, name));
            case "each-file" -> Optional.of(new FileItems(files, section.texts(key)));
            default -> Optional.of(blocks(section.texts(key)));
        };
    }

    private ItemSource blocks(List<String> names) {
        if (names.stream().anyMatch(StoredName::isOne)) {
            for (String key : List.of("block", "delimiter")) {
                section.value(key)
                        .ifPresent(
                                node -> faults.add(node, "files in the cluster are cut already"));
            }
            return new StoredItems(names, Delimiter.NEWLINE, WhenEmpty.REFUSED);
        }
        int blockBytes = section.read("block", ItemReader::blockBytes).orElse(BLOCK_BYTES_DEFAULT);
        Delimiter delimiter = section.read("delimiter", Delimiter::parse).orElse(Delimiter.NEWLINE);
        return new BlockItems(
                files, names, BlockLimits.ofBlocks(blockBytes), delimiter, WhenEmpty.REFUSED);
    }

    private static int blockBytes(String text) {
        long bytes = ByteSize.parse(text).bytes();
        if (bytes < 1 || bytes > BlockLimits.RECORD_BYTES_MAX) {
            throw new IllegalArgumentException("a size of 1 B to 64 MiB");
        }
        return (int) bytes;
    }

    private void refuse(String key) {
        section.value(key).ifPresent(node -> faults.add(node, key + " belongs to pipe"));
    }
}
