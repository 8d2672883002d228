package dev.atoll.runtime.program;

import java.util.List;

/** Runs programs in this process, from their settings to their end. */
@SuppressWarnings("DoNotCallSuggester") // Only the signature so far.
public final class ProgramRunner {
    private ProgramRunner() {}

    /**
     * Runs programs until the process is told to stop or one of them must stop. Prints one line
     * {@code atoll-ready NAME HOST:PORT} to standard output as each is ready. On TERM and INT the
     * programs are closed in reverse order, within 10 s, and the process exits with 0.
     *
     * @param names which programs; of several, flags and keys carry the name: {@code
     *     --naming.listen=...}
     * @param arguments flags, or {@code --help}
     * @return the exit code: 0 stopped, 1 failed, 2 settings that cannot be used
     */
    public static int run(List<String> names, String[] arguments) {
        throw new UnsupportedOperationException(names + " " + arguments.length);
    }
}
