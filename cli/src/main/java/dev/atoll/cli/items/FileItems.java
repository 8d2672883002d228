package dev.atoll.cli.items;

import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.BlobSource;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.StageRequest;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Files: those named, those in named directories and below, and those that a pattern matches. The
 * item is the name, and the content travels along as the task's standard input.
 */
public final class FileItems extends TableItems {
    private static final String PATTERN_CHARACTERS = "*?[{";

    private final InputFiles files;
    private final List<String> names;

    /**
     * @param files where names lead
     * @param names of files and directories, and patterns; at least one
     */
    public FileItems(InputFiles files, List<String> names) {
        this.files = files;
        this.names = List.copyOf(names);
    }

    @Override
    public StageRequest.Input input() {
        return new StageRequest.Input.ItemBlob();
    }

    @Override
    public void check() throws IOException {
        if (names.stream().anyMatch(S3Objects::isOne)) {
            throw CommandException.usage(
                    "--each-file takes files of this machine; --pipe also reads s3://");
        }
        files.check(
                names.stream()
                        .filter(name -> !isPattern(name))
                        .filter(name -> !Files.isDirectory(files.path(name)))
                        .toList());
        files.check(found());
    }

    @Override
    void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener)
            throws IOException, InterruptedException {
        List<String> found = found();
        List<CompletableFuture<BlobRef>> refs = new ArrayList<>();
        for (String name : found) {
            refs.add(uploads.add(BlobSource.file(files.path(name))));
            listener.progress(refs.size(), uploads.bytesDone());
        }
        List<BlobRef> uploaded = Uploads.join(refs);
        for (int i = 0; i < found.size(); i++) {
            table.add(found.get(i), uploaded.get(i));
        }
    }

    @Override
    String emptyMessage() {
        return "no file matches " + String.join(" ", names);
    }

    /** The names of the files that are meant, in order. */
    List<String> found() throws IOException {
        List<String> found = new ArrayList<>();
        for (String name : names) {
            if (isPattern(name)) {
                found.addAll(matching(name));
            } else if (Files.isDirectory(files.path(name))) {
                found.addAll(below(name, Integer.MAX_VALUE));
            } else {
                found.add(name);
            }
        }
        return found;
    }

    private boolean isPattern(String name) {
        return name.chars().anyMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0)
                && !Files.exists(files.path(name));
    }

    private List<String> matching(String pattern) throws IOException {
        int slash = 0;
        for (int i = 0;
                i < pattern.length() && PATTERN_CHARACTERS.indexOf(pattern.charAt(i)) < 0;
                i++) {
            slash = pattern.charAt(i) == '/' ? i + 1 : slash;
        }
        String base = pattern.substring(0, slash);
        if (!Files.isDirectory(files.path(base))) {
            throw CommandException.usage(base + ": no such directory");
        }
        int depth = pattern.contains("**") ? Integer.MAX_VALUE : depthOf(pattern.substring(slash));
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return below(base, depth).stream().filter(name -> matcher.matches(Path.of(name))).toList();
    }

    private static int depthOf(String pattern) {
        return (int) pattern.chars().filter(c -> c == '/').count() + 1;
    }

    /** The regular files below a directory, by name, in the order of the names. */
    private List<String> below(String base, int depth) throws IOException {
        Path start = files.path(base);
        Path shown = Path.of(base);
        try (Stream<Path> walk = Files.walk(start, depth)) {
            return walk.filter(Files::isRegularFile)
                    .map(path -> shown.resolve(start.relativize(path)).toString())
                    .sorted()
                    .toList();
        }
    }
}
