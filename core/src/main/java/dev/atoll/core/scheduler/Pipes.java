package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskTemplate.Input;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tasks that run at the same time, each of which reads what the one before it writes. Nothing of
 * what went through a pipe is kept, so its tasks start together and are never tried again.
 */
final class Pipes {
    private static final String BROKEN = "a pipe is not tried again";

    private final State state;
    private final JobEndings endings;

    Pipes(State state, JobEndings endings) {
        this.state = state;
        this.endings = endings;
    }

    /** Whether a stage starts only together with the one before it. */
    static boolean follows(Stage stage) {
        return stage.spec.task().input() instanceof Input.Piped;
    }

    /** Whether another stage starts only together with this one. */
    static boolean leads(Stage stage) {
        return stage.spec.task().pipe().isPresent();
    }

    /** All stages of the pipe that a stage is in, from the first one on. */
    static List<Stage> around(Job job, Stage stage) {
        int first = stage.ref.stage();
        while (follows(job.stages.get(first))) {
            first--;
        }
        List<Stage> stages = new ArrayList<>();
        Stage last = job.stages.get(first);
        stages.add(last);
        while (leads(last)) {
            last = job.stages.get(last.ref.stage() + 1);
            stages.add(last);
        }
        return stages;
    }

    /**
     * Whether the rest of a pipe is of no use after this: what only its user can judge, an exit
     * code or a signal, leaves the others going, as in a shell.
     */
    static boolean isBrokenBy(Stage stage, Failure failure) {
        return stage.spec.task().isPiped()
                && failure.kind() != Failure.Kind.EXIT
                && failure.kind() != Failure.Kind.SIGNAL;
    }

    /**
     * Ends jobs with a pipe of which a task waits while others have run: its attempt never reached
     * its worker, or is not known any more, or somebody tries the job again.
     */
    void endBroken(Outbox out) {
        for (JobId id : List.copyOf(state.active)) {
            Job job = state.knownJob(id);
            if (!job.hasPipes || job.recovering) {
                continue;
            }
            for (Stage stage : job.stages) {
                if (job.isActive() && leads(stage) && !follows(stage)) {
                    endIfBroken(job, around(job, stage), out);
                }
            }
        }
    }

    private void endIfBroken(Job job, List<Stage> pipe, Outbox out) {
        boolean hasRun =
                pipe.stream().anyMatch(it -> it.waiting().isEmpty() || it.attemptsOver.get(0) > 0);
        if (!hasRun) {
            return;
        }
        for (Stage stage : pipe) {
            if (!stage.waiting().isEmpty()) {
                Failure failure = new Failure(Failure.Kind.WORKER_LOST, 0, BROKEN);
                endings.failTasks(job, stage, Optional.empty(), failure, Ranges.of(0), out);
                out.changed(job.id);
            }
        }
    }
}
