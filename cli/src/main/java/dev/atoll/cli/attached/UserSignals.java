package dev.atoll.cli.attached;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Signal;
import dev.atoll.cli.shell.Signals;

import java.util.function.Consumer;

/** Where the signals to a command go: while there is nothing else to stop, they end the command. */
public final class UserSignals {
    /* The launcher has blocked them, so until somebody listens they do nothing at all. */
    private volatile Consumer<Signal> target = UserSignals::leave;

    private UserSignals() {}

    /** Begins to listen; from now on a signal ends the command at once. */
    public static UserSignals listen() {
        UserSignals signals = new UserSignals();
        Signals.listen(signal -> signals.target.accept(signal));
        return signals;
    }

    /** From now on, signals go here. */
    void to(Consumer<Signal> next) {
        target = next;
    }

    /** From now on, a signal ends the command at once. */
    void toTheCommand() {
        target = UserSignals::leave;
    }

    /** Ends the command at once, as the signal would. */
    static void leave(Signal signal) {
        Runtime.getRuntime().halt(ExitCode.ofSignal(signal.number()));
    }
}
