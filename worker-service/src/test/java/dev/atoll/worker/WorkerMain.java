package dev.atoll.worker;

import dev.atoll.runtime.program.ProgramRunner;

import java.util.List;

/** A worker in a process of its own, for {@link WorkerProcessTest} to kill. */
final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] args) {
        ProgramRunner runner = new ProgramRunner(System.getenv(), System.out, System.err);
        Runtime.getRuntime().halt(runner.run(List.of("worker"), List.of(args)));
    }
}
