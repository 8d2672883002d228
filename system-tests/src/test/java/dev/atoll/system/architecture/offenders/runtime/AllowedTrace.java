package dev.atoll.system.architecture.offenders.runtime;

import java.io.PrintWriter;

/** Writes a trace to where it was told. No rule names it. */
final class AllowedTrace {
    void write(IllegalStateException failure, PrintWriter log) {
        failure.printStackTrace(log);
    }
}
