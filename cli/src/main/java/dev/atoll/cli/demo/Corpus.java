package dev.atoll.cli.demo;

import dev.atoll.cli.shell.CommandException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Text to count the words of: some documents, always in the same order. To be closed. */
public final class Corpus implements AutoCloseable {
    private static final int BINARY_LOOK_BYTES = 8 << 10;

    private final List<Document> documents;
    private final AutoCloseable archive;

    /** One text. */
    interface Document {
        /** How long it is, in bytes. */
        long sizeBytes();

        /** Reads it. */
        InputStream open() throws IOException;
    }

    private Corpus(List<Document> documents, AutoCloseable archive) {
        this.documents = List.copyOf(documents);
        this.archive = archive;
    }

    /**
     * The texts that come with a JDK: its licences, and its sources if it has them.
     *
     * @param javaHome its directory
     * @param bytesMax at most about so much
     */
    public static Corpus ofJdk(Path javaHome, long bytesMax) throws IOException {
        List<Document> documents = new ArrayList<>();
        Path legal = javaHome.resolve("legal");
        if (Files.isDirectory(legal)) {
            documents.addAll(files(legal));
        }
        Path sources = javaHome.resolve("lib").resolve("src.zip");
        if (!Files.isReadable(sources)) {
            return limited(documents, () -> {}, bytesMax);
        }
        ZipFile zip = new ZipFile(sources.toFile());
        zip.stream()
                .filter(entry -> !entry.isDirectory())
                .sorted(Comparator.comparing(ZipEntry::getName))
                .map(entry -> (Document) new Entry(zip, entry))
                .forEach(documents::add);
        return limited(documents, zip, bytesMax);
    }

    /**
     * The files that a user names, and those in the directories that he names. Files that are not
     * text are left out.
     *
     * @throws CommandException when one is not there, or no text is
     */
    public static Corpus of(List<Path> paths) throws IOException {
        List<Document> documents = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw CommandException.usage(path + ": no such file or directory");
            }
            documents.addAll(files(path));
        }
        if (documents.isEmpty()) {
            throw CommandException.usage("there is no text in what was named");
        }
        return new Corpus(documents, () -> {});
    }

    /** How many documents there are. */
    public int documentCount() {
        return documents.size();
    }

    /** How long all of them are together, with a line break behind each. */
    public long sizeBytes() {
        return documents.stream().mapToLong(document -> document.sizeBytes() + 1).sum();
    }

    /** Reads all documents, one after the other, with a line break behind each. */
    public InputStream open() {
        return new DocumentStream(documents.iterator());
    }

    @Override
    public void close() throws IOException {
        try {
            archive.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Corpus limited(List<Document> documents, AutoCloseable archive, long bytesMax) {
        List<Document> kept = new ArrayList<>();
        long bytes = 0;
        for (Document document : documents) {
            if (bytes >= bytesMax) {
                break;
            }
            kept.add(document);
            bytes += document.sizeBytes();
        }
        if (kept.isEmpty()) {
            throw CommandException.usage(
                    "this Java has no texts of its own; name some: atoll demo FILE...");
        }
        return new Corpus(kept, archive);
    }

    private static List<Document> files(Path path) throws IOException {
        try (Stream<Path> walk = Files.walk(path)) {
            return walk.filter(Files::isRegularFile)
                    .sorted()
                    .filter(Corpus::isText)
                    .map(file -> (Document) new TextFile(file, size(file)))
                    .toList();
        }
    }

    private static boolean isText(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            for (byte b : in.readNBytes(BINARY_LOOK_BYTES)) {
                if (b == 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record TextFile(Path file, long sizeBytes) implements Document {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    private record Entry(ZipFile zip, ZipEntry entry) implements Document {
        @Override
        public long sizeBytes() {
            return Math.max(0, entry.getSize());
        }

        @Override
        public InputStream open() throws IOException {
            return zip.getInputStream(entry);
        }
    }
}
