package dev.atoll.simulation;

import dev.atoll.core.model.WorkerId;
import dev.atoll.simulation.master.MasterNode;
import dev.atoll.simulation.worker.WorkerNode;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Session;
import dev.atoll.simulation.world.Weather;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Breaks things for a while, then mends them all. */
final class Nemesis {
    private final Cluster cluster;
    private final Profile profile;
    private final Dice dice;
    private final Set<WorkerId> lostDisks = new TreeSet<>();
    private final Set<WorkerId> drained = new TreeSet<>();
    private boolean isHealing;

    /** What can break. */
    private enum Fault {
        CRASH_MASTER,
        PAUSE_MASTER,
        DEPOSE_MASTER,
        CRASH_WORKER,
        PAUSE_WORKER,
        CUT_SESSION,
        PARTITION,
        BAD_DISK,
        DRAIN_WORKER,
        WALL_CLOCK_JUMP
    }

    Nemesis(Cluster cluster, Profile profile, Dice dice) {
        this.cluster = cluster;
        this.profile = profile;
        this.dice = dice;
    }

    /** The workers whose disks were ever lost. */
    Set<WorkerId> lostDisks() {
        return lostDisks;
    }

    void begin() {
        cluster.network().weather(profile.weather());
        cluster.workers().all().forEach(worker -> worker.listen(() -> restart(worker)));
        cluster.world().after(profile.faultsFor(), this::heal);
        planFault();
    }

    private void planFault() {
        Duration mean = profile.faultsEvery();
        cluster.world()
                .after(
                        dice.between(Duration.ZERO, mean.multipliedBy(2)),
                        () -> {
                            if (!isHealing) {
                                breakSomething(dice.pick(List.of(Fault.values())));
                                planFault();
                            }
                        });
    }

    private void breakSomething(Fault fault) {
        switch (fault) {
            case CRASH_MASTER -> crash(dice.pick(cluster.masters().all()));
            case PAUSE_MASTER -> pause(dice.pick(cluster.masters().all()).host());
            case DEPOSE_MASTER -> cluster.ledger().depose();
            case CRASH_WORKER -> crash(dice.pick(cluster.workers().all()));
            case PAUSE_WORKER -> pause(dice.pick(cluster.workers().all()).host());
            case CUT_SESSION -> cutSession();
            case PARTITION -> partition();
            case BAD_DISK -> {
                WorkerNode worker = dice.pick(cluster.workers().all());
                worker.setDiskBad(true);
                cluster.world().after(aWhile(), () -> worker.setDiskBad(false));
            }
            case DRAIN_WORKER -> {
                WorkerId worker = dice.pick(cluster.workers().all()).id();
                drained.add(worker);
                cluster.client().drain(worker, false);
            }
            case WALL_CLOCK_JUMP -> {
                Host host = dice.pick(cluster.masters().all()).host();
                Duration day = Duration.ofDays(1);
                host.setWallClock(dice.between(Duration.ZERO, day.multipliedBy(2)).minus(day));
            }
        }
    }

    private Duration aWhile() {
        return dice.between(Duration.ofMillis(1), Duration.ofMillis(dice.between(10, 6_000)));
    }

    // ---- processes

    private void crash(MasterNode master) {
        if (!master.host().isDown()) {
            master.crash();
            cluster.world()
                    .after(
                            aWhile(),
                            () -> {
                                if (master.host().isDown()) {
                                    master.start();
                                }
                            });
        }
    }

    private void crash(WorkerNode worker) {
        if (worker.host().isDown()) {
            return;
        }
        WorkerNode.Crash how = dice.pick(List.of(WorkerNode.Crash.values()));
        if (how == WorkerNode.Crash.DISK_LOST) {
            lostDisks.add(worker.id());
        }
        worker.crash(how);
    }

    /** Whatever a worker died of, somebody starts it again. */
    private void restart(WorkerNode worker) {
        cluster.world()
                .after(
                        isHealing ? Duration.ofMillis(100) : aWhile(),
                        () -> {
                            if (worker.host().isDown()) {
                                worker.start();
                            }
                        });
    }

    private void pause(Host host) {
        if (host.condition() == Host.Condition.UP) {
            host.pause();
            cluster.world().after(aWhile(), () -> resume(host));
        }
    }

    private static void resume(Host host) {
        if (host.condition() == Host.Condition.PAUSED) {
            host.resume();
        }
    }

    // ---- network

    private void cutSession() {
        List<Session<?, ?>> sessions = cluster.network().sessions();
        if (!sessions.isEmpty()) {
            dice.pick(sessions).cut();
        }
    }

    private List<Host> hosts() {
        List<Host> hosts = new ArrayList<>();
        cluster.masters().all().forEach(it -> hosts.add(it.host()));
        cluster.workers().all().forEach(it -> hosts.add(it.host()));
        return hosts;
    }

    /** Cuts one machine off from one other or from all, in one direction or in both. */
    private void partition() {
        Host one = dice.pick(hosts());
        List<Host> others = new ArrayList<>(hosts());
        others.add(cluster.ledger().host());
        others.add(cluster.client().host());
        others.remove(one);
        if (dice.chance(0.5)) {
            others = List.of(dice.pick(others));
        }
        int direction = dice.between(0, 2);
        for (Host other : others) {
            if (direction != 1) {
                cutOff(one, other);
            }
            if (direction != 2) {
                cutOff(other, one);
            }
        }
    }

    private void cutOff(Host from, Host to) {
        cluster.world().story().tell("network", "stops", from.name(), to.name());
        cluster.network().block(from, to);
        cluster.world().after(aWhile(), () -> cluster.network().unblock(from, to));
        for (Session<?, ?> session : cluster.network().sessions()) {
            boolean isBetween =
                    (session.client() == from && session.server() == to)
                            || (session.client() == to && session.server() == from);
            if (isBetween && dice.chance(0.7)) {
                cluster.world().after(aWhile(), session::cut);
            }
        }
    }

    // ---- the end of it

    private void heal() {
        isHealing = true;
        cluster.world().story().tell("nemesis", "mends everything");
        cluster.network().weather(Weather.calm());
        cluster.network().unblockAll();
        for (MasterNode master : cluster.masters().all()) {
            resume(master.host());
            if (master.host().isDown()) {
                master.start();
            }
        }
        for (WorkerNode worker : cluster.workers().all()) {
            worker.setDiskBad(false);
            resume(worker.host());
            if (worker.host().isDown()) {
                worker.start();
            }
        }
        resumeDrained();
    }

    /* Asked again and again, because a new leader may not know the worker yet. */
    private void resumeDrained() {
        drained.forEach(worker -> cluster.client().drain(worker, true));
        cluster.world().after(Duration.ofSeconds(1), this::resumeDrained);
    }

    boolean isHealing() {
        return isHealing;
    }
}
