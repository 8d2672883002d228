package dev.atoll.system.architecture.offenders.worker.execution;

/** The one room that starts processes. No rule names it. */
public final class AllowedStarter {
    ProcessBuilder builder = new ProcessBuilder("true");
}
