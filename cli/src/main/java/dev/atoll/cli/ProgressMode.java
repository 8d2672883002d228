package dev.atoll.cli;

import dev.atoll.cli.shell.Shell;

import java.util.Optional;

/** Whether progress is shown. */
enum ProgressMode {
    /** On a terminal. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF;

    static ProgressMode of(Optional<Boolean> wish) {
        return wish.map(on -> on ? ON : OFF).orElse(AUTO);
    }

    boolean isShown(Shell shell) {
        return this == ON || (this == AUTO && shell.terminal().isError());
    }
}
