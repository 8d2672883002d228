package dev.atoll.system.architecture.offenders.cli;

/** A program prints. No rule names it. */
final class AllowedTalker {
    void say() {
        System.out.println("here");
    }
}
