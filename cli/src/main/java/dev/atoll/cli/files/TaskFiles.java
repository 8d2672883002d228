package dev.atoll.cli.files;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.FileTree;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files that a user wants to travel with the tasks.
 *
 * @param base what relative names start from
 * @param directory one whose content goes into the tasks' directory
 * @param files each "PATH" or "PATH=NAME", with the name that the tasks know it by
 */
public record TaskFiles(Path base, Optional<String> directory, List<String> files) {
    public TaskFiles {
        files = List.copyOf(files);
    }

    /** Whether nothing travels. */
    public boolean isEmpty() {
        return directory.isEmpty() && files.isEmpty();
    }

    /**
     * Looks at all of them; nothing is read but names.
     *
     * @throws CommandException which says what cannot travel
     */
    public FileTree tree() throws IOException {
        FileTree.Builder tree = FileTree.builder();
        try {
            if (directory.isPresent()) {
                Path source = base.resolve(directory.get());
                if (!Files.isDirectory(source)) {
                    throw CommandException.usage(directory.get() + ": no such directory");
                }
                tree.add(source, "", new IgnoreRules(source));
            }
            for (String file : files) {
                add(file, tree);
            }
            return tree.build();
        } catch (FileSystemException e) {
            String reason = e.getReason();
            throw CommandException.usage(
                    reason == null
                            ? e.getFile() + ": cannot be read"
                            : e.getFile() + ": " + reason);
        }
    }

    /* A name may have a "=" in it; whoever has such a file means it. */
    private void add(String file, FileTree.Builder tree) throws IOException {
        int equals = file.lastIndexOf('=');
        boolean isNamed = equals > 0 && !Files.exists(base.resolve(file));
        String path = isNamed ? file.substring(0, equals) : file;
        if (path.isEmpty()) {
            throw CommandException.usage("--file '': must be PATH or PATH=NAME");
        }
        Path source = base.resolve(path);
        if (isNamed && equals == file.length() - 1) {
            throw CommandException.usage("--file %s: the name after = is empty".formatted(file));
        }
        if (!Files.exists(source)) {
            throw CommandException.usage(path + ": no such file");
        }
        String name = isNamed ? file.substring(equals + 1) : defaultName(Path.of(path));
        tree.add(source, name, new IgnoreRules(source));
    }

    /** The path itself where it leads downwards from here, otherwise its last part. */
    private static String defaultName(Path path) {
        Path normal = path.normalize();
        Path name = normal.isAbsolute() || normal.startsWith("..") ? normal.getFileName() : normal;
        return name == null ? "" : name.toString();
    }
}
