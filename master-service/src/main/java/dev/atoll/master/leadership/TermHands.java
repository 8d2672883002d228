package dev.atoll.master.leadership;

import dev.atoll.core.scheduler.SchedulerCommand.LocateInputs;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;
import dev.atoll.master.loop.Hands;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.relay.InputSearch;
import dev.atoll.master.session.Sessions;

/** The hands of a term: its sessions with the workers, and a search over their disks. */
record TermHands(Sessions sessions, InputSearch inputs) implements Hands {
    @Override
    public void tell(ToWorker command) {
        sessions.tell(command);
    }

    @Override
    public void locate(LocateInputs command, SchedulerLoop loop) {
        inputs.begin(command, loop);
    }

    @Override
    public void flush() {
        sessions.flush();
    }
}
