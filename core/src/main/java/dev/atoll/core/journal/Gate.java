package dev.atoll.core.journal;

import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerCommand.Grant;
import dev.atoll.core.scheduler.SchedulerCommand.Introduce;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;

import java.util.function.Consumer;

/** Holds back whatever reveals a fact until the fact is durable. One thread owns it. */
public final class Gate {
    private final Journal<?> journal;
    private final ParkedCommands parked = new ParkedCommands();

    /** A gate that nothing waits behind. */
    public Gate(Journal<?> journal) {
        this.journal = journal;
    }

    /** Does something once every fact up to now is durable; at once, if they are. */
    public void whenDurable(Runnable action) {
        if (journal.durablePosition() >= journal.position()) {
            action.run();
        } else {
            parked.park(journal.position(), action);
        }
    }

    /**
     * Gives an order: at once, or, where it reveals facts or follows one that does, once they are
     * durable.
     */
    public void order(ToWorker command, Consumer<ToWorker> out) {
        if (revealed(command) > journal.durablePosition() || parked.mustWait(command)) {
            parked.park(journal.position(), command, () -> out.accept(command));
        } else {
            out.accept(command);
        }
    }

    /** The last fact that an order reveals; 0 if it reveals none. */
    private long revealed(ToWorker command) {
        if (command.isRevealing()) {
            return journal.position();
        }
        return switch (command) {
            // A worker must not know a job by a number that a later leader might give to another.
            case Introduce introduce -> journal.acceptedPosition(introduce.stage().job());
            // Nor run anything while a later leader would not wait for it.
            case Grant grant -> journal.enlistedPosition(grant.worker());
            case SchedulerCommand.Revoke _,
                    SchedulerCommand.Stop _,
                    SchedulerCommand.Discard _,
                    SchedulerCommand.Copy _,
                    SchedulerCommand.Forget _,
                    SchedulerCommand.Welcome _,
                    SchedulerCommand.Acknowledge _,
                    SchedulerCommand.Close _ ->
                    0;
        };
    }

    /** The batch in flight is durable: lets out what waited for it. */
    public void committed() {
        journal.committed();
        parked.release(journal.durablePosition());
    }

    /** How many orders and answers wait for facts. */
    public int waitingCount() {
        return parked.size();
    }
}
