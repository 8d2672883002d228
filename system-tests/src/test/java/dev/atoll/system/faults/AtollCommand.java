package dev.atoll.system.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The `atoll` command of this checkout. */
final class AtollCommand {
    private AtollCommand() {}

    /** The command with these words. */
    static List<String> of(String... words) {
        List<String> command = new ArrayList<>();
        command.add(launcher().toString());
        command.addAll(List.of(words));
        return command;
    }

    /** Takes away what is meant for other clusters, and lets nothing be built behind our back. */
    static void prepare(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("ATOLL_"));
        builder.environment().put("ATOLL_BUILD", "never");
        builder.environment().put("ATOLL_AOT", "wait");
    }

    /** The checkout: where the launcher is. */
    static Path checkout() {
        Path start = Path.of("").toAbsolutePath();
        for (Path dir = start; dir != null; dir = dir.getParent()) {
            if (Files.isExecutable(dir.resolve("atoll")) && Files.exists(dir.resolve("pom.xml"))) {
                return dir;
            }
        }
        throw new IllegalStateException("no launcher above " + start);
    }

    private static Path launcher() {
        return checkout().resolve("atoll");
    }
}
