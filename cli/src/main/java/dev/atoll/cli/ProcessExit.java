package dev.atoll.cli;

/** Ends the process at once. */
final class ProcessExit {
    /** Set where a start-up cache is being made, which only an orderly exit completes. */
    private static final String ORDERLY = "atoll.exit";

    private ProcessExit() {}

    /* System.exit would look for a logger to log the exit to, which costs a short command a tenth
     * of its life. Nothing here waits for a shutdown hook. */
    static void with(int code) {
        if (System.getProperty(ORDERLY, "").equals("orderly")) {
            System.exit(code);
        }
        Runtime.getRuntime().halt(code);
    }
}
