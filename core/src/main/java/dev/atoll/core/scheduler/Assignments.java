package dev.atoll.core.scheduler;

import dev.atoll.core.model.Ranges;

/** Keeps the two sides of an assignment in step: the stage's tasks and the worker's load. */
final class Assignments {
    private Assignments() {}

    /** Gives waiting tasks to a worker. */
    static void give(Worker worker, Stage stage, Ranges tasks) {
        stage.grant(worker.id, tasks);
        worker.hold(stage.spec.need(), tasks.size());
    }

    /** Takes from a worker those of the tasks that it holds; the caller puts them somewhere. */
    static Ranges take(Worker worker, Stage stage, Ranges tasks) {
        Ranges taken = stage.take(worker.id, tasks);
        worker.release(stage.spec.need(), taken.size());
        return taken;
    }

    /** Gives a worker a second attempt of tasks that another one has. */
    static void giveBackups(Worker worker, Stage stage, Ranges tasks) {
        stage.backUp(worker.id, tasks);
        worker.hold(stage.spec.need(), tasks.size());
    }

    /** Takes from a worker those of the tasks that it has as backups; that attempt is over. */
    static Ranges takeBackups(Worker worker, Stage stage, Ranges tasks) {
        Ranges taken = stage.takeBackups(worker.id, tasks);
        worker.release(stage.spec.need(), taken.size());
        return taken;
    }
}
