package dev.atoll.simulation.worker;

import dev.atoll.core.agent.Agent;
import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.agent.AgentLimits;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.Report;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.invariant.Witness;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.master.Masters;
import dev.atoll.simulation.master.Uplink;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.Output;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeMap;

/** A worker's process: the real agent, its session, its disk and what it runs. */
public final class WorkerNode {
    private static final Duration TICK = Duration.ofMillis(100);

    private final Setting setting;
    private final Place place;
    private final Host host;
    private final WorkerId id;
    private final Dice dice;
    private final Disk disk = new Disk();
    private final Uplinks uplinks;
    private final Executions executions;
    private final Copying copying;
    private Agent agent;
    private long incarnation;
    private boolean isDiskBad;
    private boolean isBlackHole;
    private int slowness = 1;
    private Runnable crashListener = () -> {};

    /**
     * What a worker is told when it is started.
     *
     * @param syncMax how long a sync takes at most
     */
    public record Setting(
            Resources offer, AgentLimits limits, Duration syncMax, Set<Mutation> mutations) {}

    /** What is around a worker. */
    public record Place(
            Network network,
            Masters masters,
            Workers workers,
            Ledger ledger,
            Fates fates,
            Witness witness) {}

    /** A worker that is not started. */
    public WorkerNode(Setting setting, Place place, Host host, Dice dice) {
        this.setting = setting;
        this.place = place;
        this.host = host;
        this.id = new WorkerId(host.name());
        this.dice = dice;
        this.agent = newAgent();
        this.uplinks = new Uplinks(this, dice.split());
        this.executions = new Executions(this, dice.split());
        this.copying = new Copying(this, disk);
    }

    private Agent newAgent() {
        return new Agent(setting.offer(), setting.limits(), disk.held());
    }

    /** How a worker's process can end. */
    public enum Crash {
        /** The process dies; its machine goes on. */
        KILLED,
        /** The machine loses its power. */
        POWER_LOST,
        /** The machine is replaced by an empty one. */
        DISK_LOST
    }

    public Host host() {
        return host;
    }

    public WorkerId id() {
        return id;
    }

    /** What it offers. */
    public Resources offer() {
        return setting.offer();
    }

    /** Starts it, with what is on its disk. */
    public void start() {
        host.start(0.97 + 0.06 * dice.fraction());
        if (incarnation == 0 || !has(Mutation.KEEP_INCARNATION)) {
            incarnation++;
        }
        disk.recover();
        agent = newAgent();
        place.witness().observe(new Observation.WorkerStarted(id));
        uplinks.begin();
        host.after(TICK, this::tick);
    }

    /** Ends it. */
    public void crash(Crash how) {
        host.tell("crash:", how.name());
        switch (how) {
            case KILLED -> {}
            case POWER_LOST -> disk.losePower(dice);
            case DISK_LOST -> disk.wipe();
        }
        executions.killAll();
        copying.forget();
        uplinks.forget();
        host.crash();
        place.network().died(host);
        crashListener.run();
    }

    /** Says who hears of crashes, and may start it again. */
    public void listen(Runnable newListener) {
        crashListener = newListener;
    }

    /** Makes syncs of the disk fail, or work again. */
    public void setDiskBad(boolean isBad) {
        isDiskBad = isBad;
    }

    /** Makes it unable to start processes, or able again. */
    public void setBlackHole(boolean isBlackHole) {
        this.isBlackHole = isBlackHole;
    }

    boolean isBlackHole() {
        return isBlackHole;
    }

    /** Makes what starts from now on run so many times as long; 1: as long as usual. */
    public void setSlowness(int slowness) {
        this.slowness = slowness;
    }

    int slowness() {
        return slowness;
    }

    /** What a task wrote, if it is here. */
    public Optional<Output> read(StageRef stage, int index) {
        return disk.read(stage, index);
    }

    /** Those of the tasks' outputs that are here. */
    public Map<Integer, Output> read(StageRef stage, Ranges tasks) {
        Map<Integer, Output> outputs = new TreeMap<>();
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            int index = indexes.nextInt();
            disk.read(stage, index).ifPresent(it -> outputs.put(index, it));
        }
        return outputs;
    }

    private void tick() {
        handle(new AgentEvent.Tick());
        host.after(TICK, this::tick);
    }

    void handle(AgentEvent event) {
        Agent.Load before = agent.load();
        if (!(event instanceof AgentEvent.Tick)) {
            host.tell("hears", event);
        }
        List<AgentCommand> commands = agent.handle(host.now(), event);
        place.witness().observe(new Observation.AgentHandled(id, agent, before, event, commands));
        long mine = host.generation();
        for (AgentCommand command : commands) {
            // What one command starts may be the end of this process.
            if (host.generation() == mine && !host.isDown()) {
                carryOut(command);
            }
        }
    }

    private void carryOut(AgentCommand command) {
        switch (command) {
            case AgentCommand.SendHello hello ->
                    uplinks.send(
                            new Uplink.Hello(
                                    id,
                                    incarnation,
                                    setting.offer(),
                                    hello.epoch(),
                                    hello.outstanding(),
                                    hello.held()));
            case AgentCommand.SendReport report -> report(report);
            case AgentCommand.StartAttempt start -> executions.start(start);
            case AgentCommand.SignalAttempt it ->
                    executions.signal(it.task(), it.attempt(), it.signal());
            case AgentCommand.StartBatch run ->
                    throw new IllegalArgumentException("no warm stages here: " + run.stage());
            case AgentCommand.SignalBatch run ->
                    throw new IllegalArgumentException("no warm stages here: " + run.stage());
            case AgentCommand.SyncOutputs sync -> sync(sync);
            case AgentCommand.CopyOutputs copy -> copying.begin(copy);
            case AgentCommand.DropOutputs drop -> {
                host.tell("drops outputs", drop.stage(), drop.tasks());
                if (!has(Mutation.COPY_WHAT_WAS_DISCARDED)) {
                    copying.drop(drop.stage(), drop.tasks());
                }
                disk.drop(drop.stage(), drop.tasks());
            }
            case AgentCommand.DropJob drop -> {
                host.tell("drops job", drop.job());
                copying.dropJob(drop.job());
                disk.dropJob(drop.job());
            }
        }
    }

    private void report(AgentCommand.SendReport report) {
        List<StageReport> told = report.report().stages();
        if (has(Mutation.RELEASE_AS_FAILURE)) {
            told = told.stream().map(WorkerNode::withReleasedAsFailed).toList();
        }
        place.witness()
                .observe(new Observation.ReportSent(id, incarnation, report.sequence(), told));
        uplinks.send(
                new Uplink.Report(
                        report.sequence(),
                        new Report(told, report.report().copies(), report.report().damaged())));
    }

    private static StageReport withReleasedAsFailed(StageReport report) {
        List<FailedTasks> failed = new ArrayList<>(report.failed());
        if (!report.released().isEmpty()) {
            failed.add(new FailedTasks(new Failure(Failure.Kind.EXIT, 1, ""), report.released()));
        }
        return new StageReport(
                report.stage(),
                report.epoch(),
                report.attempt(),
                report.started(),
                report.succeeded(),
                report.silent(),
                failed,
                Ranges.empty(),
                report.runTime());
    }

    private void sync(AgentCommand.SyncOutputs outputs) {
        long sync = outputs.sync();
        Map<StageRef, Integer> position = disk.position();
        if (has(Mutation.REPORT_BEFORE_SYNC)) {
            host.after(Duration.ZERO, () -> handle(new AgentEvent.OutputsSynced(sync)));
            return;
        }
        host.after(
                dice.between(Duration.ZERO, setting.syncMax()),
                () -> {
                    if (isDiskBad && dice.chance(0.5)) {
                        disk.syncFailed(position);
                        if (has(Mutation.IGNORE_SYNC_FAILURE)) {
                            handle(new AgentEvent.OutputsSynced(sync));
                            return;
                        }
                        handle(
                                new AgentEvent.SyncFailed(
                                        sync, outputs.successes(), "the disk says no"));
                    } else {
                        disk.synced(position);
                        handle(new AgentEvent.OutputsSynced(sync));
                    }
                });
    }

    void wrote(AgentCommand.StartAttempt start) {
        int index = start.task().index();
        String program = Fates.program(start.spec());
        Output output = new Output(program, index, id, start.epoch(), start.attempt());
        disk.write(start.task().stage(), index, output);
    }

    boolean has(Mutation mutation) {
        return setting.mutations().contains(mutation);
    }

    long epoch() {
        return agent.epoch();
    }

    Place place() {
        return place;
    }

    long incarnation() {
        return incarnation;
    }
}
