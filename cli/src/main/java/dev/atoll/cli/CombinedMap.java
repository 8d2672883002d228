package dev.atoll.cli;

import java.util.List;

/** A mapper whose records a command of the user's combines before anything else sees them. */
final class CombinedMap {
    /* Within the task, not within the worker: what runs is stopped, limited and told of as the task is,
     * and a combiner may be applied or not as one likes, so once, to all that the task writes, is right.
     * A pipe of the shell has the exit code of its last part only. So each tells its own, by
     * descriptor 3, and the cause goes before its consequences: who writes to a part that has failed fails
     * too. The result goes past all that, by descriptor 4. */
    private static final String SCRIPT =
            """
            exec 4>&1
            tab=$(printf '\\t')
            codes=$({ { sh -c "$1" 3>&- 4>&-; echo "map=$?" >&3; } |
                { LC_ALL=C sort -s -t "$tab" -k 1,1 -S 64M -T . 3>&- 4>&-; echo "sort=$?" >&3; } |
                { sh -c "$2" >&4 3>&- 4>&-; echo "combine=$?" >&3; } } 3>&1)
            map=1 sort=1 combine=1
            eval "$codes"
            for code in "$combine" "$sort" "$map"; do
                [ "$code" = 0 ] || exit "$code"
            done
            """;

    private CombinedMap() {}

    /**
     * The command of the task.
     *
     * @param map reads a block and writes records, for the shell
     * @param combine reads sorted records and writes records, for the shell
     */
    static List<String> command(String map, String combine) {
        return List.of("sh", "-c", SCRIPT, "combined", map, combine);
    }
}
