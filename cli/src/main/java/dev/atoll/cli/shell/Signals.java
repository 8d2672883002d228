package dev.atoll.cli.shell;

import java.util.List;
import java.util.function.Consumer;

/** Where the signals to this process come in. */
public final class Signals {
    private static final String BLOCKED = "atoll.signals";

    private Signals() {}

    /**
     * Tells of signals instead of ending the process. The launcher may have started this process
     * with INT, TERM, QUIT and HUP blocked, so that none is lost and QUIT can be had at all;
     * otherwise the JVM hands over INT, TERM and HUP.
     *
     * @param listener told on a thread of its own
     */
    public static void listen(Consumer<Signal> listener) {
        if (System.getProperty(BLOCKED, "").equals("blocked")) {
            BlockedSignals.listen(
                    List.of(Signal.INT, Signal.TERM, Signal.QUIT, Signal.HUP), listener);
        } else {
            JvmSignals.listen(List.of(Signal.INT, Signal.TERM, Signal.HUP), listener);
        }
    }

    /** Does what listening needs to be done the first time, without listening. */
    public static void rehearse() {
        BlockedSignals.link();
    }
}
