package dev.atoll.worker.execution;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds programs as execvp does: by the PATH of the task, unless the name has a slash. */
final class ProgramLookup {
    /* A stage starts the same program thousands of times, so what was found is remembered. An answer
     * that has become wrong shows when the program cannot be started; then it is forgotten. */
    private static final int REMEMBERED_MAX = 4_096;
    private static final String PATH_DEFAULT = "/usr/local/bin:/usr/bin:/bin";

    private final Map<Question, String> remembered = new ConcurrentHashMap<>();

    private record Question(String name, String path, Path workingDirectory) {}

    /** Where a program is. */
    sealed interface Place {
        /**
         * Here.
         *
         * @param path for exec; may be relative to the working directory
         */
        record Found(String path) implements Place {}

        /** Nowhere. */
        record Missing() implements Place {}

        /** Here, but it may not be executed. */
        record Forbidden(String path) implements Place {}
    }

    Place find(Launch launch) {
        String name = launch.command().getFirst();
        if (name.indexOf('/') >= 0) {
            return new Place.Found(name);
        }
        if (name.isEmpty()) {
            return new Place.Missing();
        }
        Question question = question(launch);
        String known = remembered.get(question);
        return known != null ? new Place.Found(known) : search(question);
    }

    /** Forgets what is known of this launch's program; whether anything was. */
    boolean forget(Launch launch) {
        return launch.command().getFirst().indexOf('/') < 0
                && remembered.remove(question(launch)) != null;
    }

    private static Question question(Launch launch) {
        String path = Optional.ofNullable(launch.environment().get("PATH")).orElse(PATH_DEFAULT);
        // The directory matters only where an entry is relative to it.
        return new Question(
                launch.command().getFirst(),
                path,
                isAbsolute(path) ? Path.of("/") : launch.workingDirectory());
    }

    private static boolean isAbsolute(String path) {
        boolean atStart = true;
        for (int i = 0; i < path.length(); i++) {
            if (atStart && path.charAt(i) != '/') {
                return false;
            }
            atStart = path.charAt(i) == ':';
        }
        return !atStart;
    }

    private Place search(Question question) {
        Optional<String> forbidden = Optional.empty();
        for (String entry : question.path().split(":", -1)) {
            Path candidate = question.workingDirectory().resolve(entry).resolve(question.name());
            if (Files.isRegularFile(candidate)) {
                if (Files.isExecutable(candidate)) {
                    return remember(question, candidate.toString());
                }
                forbidden = forbidden.or(() -> Optional.of(candidate.toString()));
            }
        }
        return forbidden.<Place>map(Place.Forbidden::new).orElseGet(Place.Missing::new);
    }

    private Place remember(Question question, String path) {
        if (remembered.size() >= REMEMBERED_MAX) {
            remembered.clear();
        }
        remembered.put(question, path);
        return new Place.Found(path);
    }
}
