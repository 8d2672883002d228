package dev.atoll.simulation.worker;

import dev.atoll.core.agent.AgentCommand.CopyOutputs;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.workload.Output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The copies that a worker fetches from others. */
final class Copying {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long it takes to fetch and to write, beside the way of a message. */
    private static final Duration WORK = Duration.ofMillis(400);

    /** Every third copy is large: so there is time for what it is made of to be lost. */
    private static final Duration WORK_LARGE = Duration.ofSeconds(3);

    private final WorkerNode worker;
    private final Disk disk;
    private final List<Copy> underWay = new ArrayList<>();

    /** One copy, and what of it is wanted still. */
    private static final class Copy {
        final CopyOutputs order;
        final RangeSet wanted;

        Copy(CopyOutputs order) {
            this.order = order;
            this.wanted = new RangeSet(order.tasks());
        }
    }

    Copying(WorkerNode worker, Disk disk) {
        this.worker = worker;
        this.disk = disk;
    }

    /** The process is dead. */
    void forget() {
        underWay.clear();
    }

    void begin(CopyOutputs order) {
        worker.host().tell("copies", order.stage(), order.tasks(), "from", order.source().worker());
        Copy copy = new Copy(order);
        underWay.add(copy);
        worker.place()
                .workers()
                .find(order.source().worker())
                .ifPresent(node ->
                        worker.place()
                                .network()
                                .ask(
                                        worker.host(),
                                        node.host(),
                                        () -> node.read(order.stage(), order.tasks()),
                                        outputs ->
                                                worker.host()
                                                        .after(
                                                                work(order),
                                                                () -> arrived(copy, outputs))));
        worker.host().after(PATIENCE, () -> arrived(copy, Map.of()));
    }

    private static Duration work(CopyOutputs order) {
        return order.copy() % 3 == 0 ? WORK_LARGE : WORK;
    }

    /** Of these tasks nothing more is kept. */
    void drop(StageRef stage, Ranges tasks) {
        underWay.stream()
                .filter(it -> it.order.stage().equals(stage))
                .forEach(it -> it.wanted.removeAll(tasks));
    }

    void dropJob(JobId job) {
        underWay.stream()
                .filter(it -> it.order.stage().job().equals(job))
                .forEach(it -> it.wanted.clear());
    }

    private void arrived(Copy copy, Map<Integer, Output> outputs) {
        if (!underWay.remove(copy)) {
            return;
        }
        StageRef stage = copy.order.stage();
        RangeSet copied = new RangeSet();
        outputs.forEach((index, output) -> {
            if (copy.wanted.contains(index) && disk.read(stage, index).isEmpty()) {
                if (!worker.has(Mutation.COPY_NOTHING)) {
                    disk.write(stage, index, output);
                }
                copied.add(index, index + 1);
            }
        });
        Ranges failed = copied.absentFrom(copy.wanted.toRanges());
        Optional<CopyTrouble> trouble =
                failed.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new CopyTrouble(failed, true, "the source was not there"));
        worker.handle(
                new AgentEvent.CopyEnded(
                        copy.order.epoch(), copy.order.copy(), stage, copied.toRanges(), trouble));
    }
}
