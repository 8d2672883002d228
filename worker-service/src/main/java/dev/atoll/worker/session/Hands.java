package dev.atoll.worker.session;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.worker.attempt.AttemptKey;
import dev.atoll.worker.attempt.AttemptRunner;
import dev.atoll.worker.attempt.WarmBatches;
import dev.atoll.worker.copy.OutputCopier;
import dev.atoll.worker.segment.SegmentStore;

import java.util.function.Consumer;

/** Carries out what the agent wants of this machine. Nothing here blocks for long. */
public final class Hands {
    private final AttemptRunner attempts;
    private final WarmBatches batches;
    private final SegmentStore segments;
    private final OutputSyncer syncer;
    private final OutputCopier copier;

    public Hands(
            AttemptRunner attempts,
            WarmBatches batches,
            SegmentStore segments,
            OutputSyncer syncer,
            OutputCopier copier) {
        this.attempts = attempts;
        this.batches = batches;
        this.segments = segments;
        this.syncer = syncer;
        this.copier = copier;
    }

    /**
     * Carries out one command; what is meant for the master is none of it.
     *
     * @param loop takes what comes of it, later
     */
    void carryOut(AgentCommand command, Consumer<AgentEvent> loop) {
        switch (command) {
            case AgentCommand.StartAttempt start -> attempts.start(start, loop::accept);
            case AgentCommand.SignalAttempt signal ->
                    attempts.signal(
                            new AttemptKey(signal.task(), signal.attempt()), signal.signal());
            case AgentCommand.StartBatch start -> batches.start(start, loop::accept);
            case AgentCommand.SignalBatch signal -> batches.signal(signal);
            case AgentCommand.SyncOutputs sync -> syncer.sync(sync, loop);
            case AgentCommand.CopyOutputs copy -> copier.copy(copy, loop::accept);
            case AgentCommand.DropOutputs drop -> {
                // In this order: what a copy keeps until then is dropped with the rest.
                copier.drop(drop.stage(), drop.tasks());
                segments.drop(drop.stage(), drop.tasks());
            }
            case AgentCommand.DropJob drop -> {
                copier.dropJob(drop.job());
                // Deleting large files takes time, and nobody waits for it.
                Thread.startVirtualThread(() -> segments.dropJob(drop.job()));
            }
            case AgentCommand.SendHello hello ->
                    throw new IllegalArgumentException("not for hands: " + hello);
            case AgentCommand.SendReport report ->
                    throw new IllegalArgumentException("not for hands: " + report.sequence());
        }
    }
}
