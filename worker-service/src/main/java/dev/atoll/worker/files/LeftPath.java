package dev.atoll.worker.files;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** A path or a pattern under which a task is to leave something. */
final class LeftPath {
    private static final String PATTERN_CHARACTERS = "*?[{\\";

    private final String declared;
    private final Path literal;
    private final String prefix;
    private final PathMatcher pattern;

    private LeftPath(String declared, List<String> names) {
        String path = String.join("/", names);
        this.declared = declared;
        this.literal = Path.of(path);
        this.prefix = String.join("/", names.stream().takeWhile(LeftPath::isPlain).toList());
        this.pattern = FileSystems.getDefault().getPathMatcher("glob:" + path);
    }

    /**
     * A path in a task's directory.
     *
     * @param declared as the user wrote it
     * @param expanded with the task's item in it
     */
    static LeftPath of(String declared, String expanded) throws NotLeftException {
        List<String> names = new ArrayList<>(List.of(expanded.split("/")));
        boolean leadsDown =
                !expanded.isEmpty()
                        && expanded.indexOf('\0') < 0
                        && !expanded.startsWith("/")
                        && !names.contains("..");
        if (!leadsDown) {
            throw new NotLeftException(
                    "with this item %s does not lead down from the task's directory"
                            .formatted(declared));
        }
        names.removeIf(name -> name.isEmpty() || name.equals("."));
        try {
            return new LeftPath(declared, names);
        } catch (PatternSyntaxException e) {
            throw new NotLeftException("with this item %s is no pattern".formatted(declared), e);
        }
    }

    /** As the user wrote it, which is the same for all tasks of a stage. */
    String declared() {
        return declared;
    }

    /** Whether it names this. */
    boolean names(Path path) {
        // The task's directory itself, an empty path, is not meant by "*".
        return path.equals(literal) || (!path.toString().isEmpty() && pattern.matches(path));
    }

    /** Whether something that it names may lie in this directory, or below it. */
    boolean mayLieIn(Path path) {
        return prefix.isEmpty()
                || path.toString().isEmpty()
                || path.startsWith(prefix)
                || Path.of(prefix).startsWith(path);
    }

    private static boolean isPlain(String name) {
        return name.chars().noneMatch(it -> PATTERN_CHARACTERS.indexOf(it) >= 0);
    }
}
