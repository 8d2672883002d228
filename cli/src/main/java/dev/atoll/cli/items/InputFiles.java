package dev.atoll.cli.items;

import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.Compression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files that a user names, where "-" is standard input and s3://BUCKET/KEY an object. */
public final class InputFiles {
    private static final String STANDARD_INPUT = "-";
    private static final int HEAD_BYTES = 4;

    private final Path directory;
    private final ReadableByteChannel standardInput;
    private final S3Objects objects;

    /**
     * @param directory what relative names start from
     * @param standardInput what "-" means
     * @param objects what s3:// means
     */
    public InputFiles(Path directory, ReadableByteChannel standardInput, S3Objects objects) {
        this.directory = directory;
        this.standardInput = standardInput;
        this.objects = objects;
    }

    /** What relative names start from. */
    public Path directory() {
        return directory;
    }

    /** Whether the name means standard input. */
    boolean isStandardInput(String name) {
        return name.equals(STANDARD_INPUT);
    }

    /** The path that a name means. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** Whether the name is that of a file whose parts can be read in any order. */
    boolean isRegular(String name) throws IOException {
        if (isStandardInput(name) || S3Objects.isOne(name) || !Files.isRegularFile(path(name))) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path(name))) {
            return Compression.of(in.readNBytes(HEAD_BYTES)) == Compression.NONE;
        }
    }

    /** Opens it, decompressed where it is compressed. */
    InputStream open(String name) throws IOException {
        return Compression.decompressed(
                isStandardInput(name) ? "standard input" : name, openAsItIs(name));
    }

    private InputStream openAsItIs(String name) throws IOException {
        if (isStandardInput(name)) {
            return Channels.newInputStream(standardInput);
        }
        return S3Objects.isOne(name) ? objects.open(name) : Files.newInputStream(path(name));
    }

    /**
     * Looks whether all can be read.
     *
     * @throws CommandException with every one that cannot
     */
    void check(List<String> names) {
        List<String> faults = new ArrayList<>();
        for (String name : names) {
            if (isStandardInput(name)) {
                continue;
            }
            if (S3Objects.isOne(name)) {
                objects.fault(name).ifPresent(faults::add);
                continue;
            }
            Path path = path(name);
            if (!Files.exists(path)) {
                faults.add(name + ": no such file");
            } else if (Files.isDirectory(path)) {
                faults.add(name + ": is a directory");
            } else if (!Files.isReadable(path)) {
                faults.add(name + ": permission denied");
            }
        }
        if (!faults.isEmpty()) {
            throw CommandException.usage(String.join("\n", faults));
        }
    }
}
