package dev.atoll.simulation.client;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.invariant.Witness;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.master.Answer;
import dev.atoll.simulation.master.Masters;
import dev.atoll.simulation.master.Request;
import dev.atoll.simulation.worker.Workers;
import dev.atoll.simulation.workload.JobPlan;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A machine with users on it. */
public final class Client {
    private final Around around;
    private final Host host;
    private final Dice dice;
    private final List<Errand> errands;
    private long epoch;

    /** What is around a client. */
    public record Around(
            Network network,
            Masters masters,
            Workers workers,
            Ledger ledger,
            Witness witness,
            Set<Mutation> mutations) {}

    /** Users with plans. */
    public Client(Around around, Host host, Dice dice, List<JobPlan> plans) {
        this.around = around;
        this.host = host;
        this.dice = dice;
        this.errands = plans.stream().map(plan -> new Errand(this, plan)).toList();
    }

    public Host host() {
        return host;
    }

    /** Everything that the users do. */
    public List<Errand> errands() {
        return errands;
    }

    /** Lets the users begin. */
    public void start() {
        host.start(1);
        errands.forEach(Errand::begin);
    }

    /** Wants a worker to get no new tasks, or to get them again; asked once. */
    public void drain(WorkerId worker, boolean resume) {
        ask(new Request.Drain(worker, resume), answer -> {});
    }

    void ask(Request request, Consumer<Answer> answered) {
        around.masters().ask(host, request, answered);
    }

    void soon(Duration patience, Runnable action) {
        host.after(dice.between(patience, patience.multipliedBy(2)), action);
    }

    void told(String request, SchedulerCommand.Reply reply) {
        witness().observe(new Observation.ClientTold(request, reply, ledger()));
    }

    /** The highest epoch that was heard of. */
    long epoch() {
        return epoch;
    }

    void hearOf(long other) {
        epoch = Math.max(epoch, other);
    }

    boolean has(Mutation mutation) {
        return around.mutations().contains(mutation);
    }

    Witness witness() {
        return around.witness();
    }

    Ledger ledger() {
        return around.ledger();
    }

    // ---- reading

    void read(JobId job, JobSpec spec) {
        for (int i = 0; i < spec.stages().size(); i++) {
            if (Errand.isRead(spec, i)) {
                StageRef stage = new StageRef(job, i);
                ask(new Request.FindOutputs(stage), answer -> found(stage, answer));
            }
        }
    }

    private void found(StageRef stage, Answer answer) {
        if (answer instanceof Answer.Found(OutputPlaces places, int taskCount)) {
            witness().observe(new Observation.OutputsShown(stage, places, ledger()));
            places.holders().forEach(it -> fetch(stage, it.worker(), it.tasks()));
        }
    }

    private void fetch(StageRef stage, WorkerId holder, Ranges tasks) {
        around.workers()
                .find(holder)
                .ifPresent(node ->
                        around.network()
                                .ask(
                                        host,
                                        node.host(),
                                        () -> node.read(stage, tasks),
                                        outputs ->
                                                outputs.forEach((index, output) ->
                                                        witness()
                                                                .observe(
                                                                        new Observation.OutputRead(
                                                                                new TaskRef(
                                                                                        stage,
                                                                                        index),
                                                                                holder,
                                                                                output,
                                                                                ledger())))));
    }
}
