package dev.atoll.cli.files;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.client.Job;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the files go that tasks leave.
 *
 * @param directory gets them, under the paths that they had in the tasks' directories; empty: they
 *     stay where they are
 * @param overwrite whether files that are there give way
 */
public record BroughtFiles(Optional<Path> directory, boolean overwrite) {
    private static final String NOT_PLAIN = "*?[\\\0";

    /** Nothing is brought. */
    public static BroughtFiles nowhere() {
        return new BroughtFiles(Optional.empty(), false);
    }

    /** The directory that the user is in. */
    public static BroughtFiles here(boolean overwrite) {
        return new BroughtFiles(Optional.of(Path.of("").toAbsolutePath()), overwrite);
    }

    /**
     * Looks whether a file is in the way, as far as that can be seen before there is a job.
     *
     * @param paths what tasks are to leave
     * @param hasItems whether items are filled in
     * @throws CommandException which names the file
     */
    public void check(List<String> paths, boolean hasItems) {
        for (String path : paths) {
            boolean isPlain =
                    path.chars().noneMatch(it -> NOT_PLAIN.indexOf(it) >= 0)
                            && !path.startsWith("/")
                            && !path.contains("..")
                            && !(hasItems && path.indexOf('{') >= 0);
            if (isPlain
                    && !overwrite
                    && directory
                            .map(it -> it.resolve(path))
                            .filter(BroughtFiles::isFile)
                            .isPresent()) {
                throw CommandException.usage(inTheWay(path));
            }
        }
    }

    /**
     * Brings the files of a job that has ended.
     *
     * @throws CommandException if one is in the way of another; then none is brought
     */
    public void bring(Job job) throws IOException, InterruptedException {
        if (directory.isEmpty()) {
            return;
        }
        try {
            int _ = job.bringFiles(directory.get(), overwrite);
        } catch (FileAlreadyExistsException e) {
            throw notBrought(inTheWay(e.getFile()), job);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? "cannot be written" : e.getReason();
            throw notBrought("%s: %s".formatted(e.getFile(), reason), job);
        }
    }

    private static CommandException notBrought(String why, Job job) {
        return new CommandException(
                ExitCode.FAILED,
                "no file was brought: %s\n  job %s has them still: atoll result %s --files DIR"
                        .formatted(why, job.id(), job.id()));
    }

    private static boolean isFile(Path place) {
        return Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                && !Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    }

    private static String inTheWay(String path) {
        return path + ": is there already; --overwrite replaces it";
    }
}
