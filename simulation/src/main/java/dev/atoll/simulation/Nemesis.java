package dev.atoll.simulation;

import dev.atoll.core.model.WorkerId;
import dev.atoll.simulation.master.MasterNode;
import dev.atoll.simulation.naming.NamingReplica;
import dev.atoll.simulation.naming.Store;
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
    private final Cluster.Centre centre;
    private final Profile profile;
    private final Dice dice;
    private final Set<WorkerId> lostDisks = new TreeSet<>();
    private final Set<WorkerId> drained = new TreeSet<>();
    private boolean isHealing;

    Nemesis(Cluster cluster, Profile profile, Dice dice) {
        this.cluster = cluster;
        this.centre = cluster.centre();
        this.profile = profile;
        this.dice = dice;
    }

    /** The workers whose disks were ever lost. */
    Set<WorkerId> lostDisks() {
        return lostDisks;
    }

    void begin() {
        cluster.network().weather(profile.troubles().weather());
        cluster.workers().all().forEach(worker -> worker.listen(() -> restart(worker)));
        cluster.world().after(profile.troubles().during(), this::heal);
        planFault();
    }

    private void planFault() {
        Duration mean = profile.troubles().every();
        cluster.world()
                .after(
                        dice.between(Duration.ZERO, mean.multipliedBy(2)),
                        () -> {
                            if (!isHealing) {
                                breakSomething(dice.pick(profile.troubles().faults()));
                                planFault();
                            }
                        });
    }

    private void breakSomething(Fault fault) {
        switch (fault) {
            case CRASH_MASTER -> crash(dice.pick(centre.masters().all()));
            case PAUSE_MASTER -> pause(dice.pick(centre.masters().all()).host());
            case SUSPEND_MASTER -> sleep(dice.pick(centre.masters().all()).host());
            case DEPOSE_MASTER -> {
                if (centre.store().host().condition() == Host.Condition.UP) {
                    centre.store().depose();
                }
            }
            case CRASH_NAMING -> crash(dice.pick(centre.naming()));
            case PAUSE_NAMING -> pause(dice.pick(centre.naming()).host());
            case CRASH_STORE -> crash(centre.store());
            case PAUSE_STORE -> pause(centre.store().host());
            case STORE_OUTAGE -> storeOutage();
            case SLOW_STORE_DISK -> {
                centre.store().slowDown(dice.between(Duration.ZERO, Duration.ofSeconds(1)));
                cluster.world().after(aWhile(), centre.store()::speedUp);
            }
            case PARTITION_CENTRE -> partition(centreHosts());
            case WALL_CLOCK_JUMP -> {
                Host host = dice.pick(centre.masters().all()).host();
                Duration most = dice.pick(List.of(Duration.ofMinutes(5), Duration.ofDays(1)));
                host.setWallClock(dice.between(Duration.ZERO, most.multipliedBy(2)).minus(most));
            }
            case CRASH_WORKER -> crash(dice.pick(cluster.workers().all()));
            case PAUSE_WORKER -> pause(dice.pick(cluster.workers().all()).host());
            case CUT_SESSION -> cutSession();
            case PARTITION -> partition(allHosts());
            case BAD_DISK -> {
                WorkerNode worker = dice.pick(cluster.workers().all());
                worker.setDiskBad(true);
                cluster.world().after(aWhile(), () -> worker.setDiskBad(false));
            }
            case BLACK_HOLE -> {
                WorkerNode worker = dice.pick(cluster.workers().all());
                worker.setBlackHole(true);
                cluster.world().after(aWhile(), () -> worker.setBlackHole(false));
            }
            case SLOW_WORKER -> {
                WorkerNode worker = dice.pick(cluster.workers().all());
                worker.setSlowness(dice.between(3, 20));
                cluster.world().after(aWhile(), () -> worker.setSlowness(1));
            }
            case DRAIN_WORKER -> {
                WorkerId worker = dice.pick(cluster.workers().all()).id();
                drained.add(worker);
                cluster.client().drain(worker, false);
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
            startAgain(master.host(), () -> master.start(centre.clocks().rate()));
        }
    }

    private void crash(NamingReplica replica) {
        if (!replica.host().isDown()) {
            replica.crash();
            startAgain(replica.host(), () -> replica.start(centre.clocks().rate()));
        }
    }

    private void crash(Store store) {
        if (!store.host().isDown()) {
            store.crash();
            startAgain(store.host(), () -> store.start(centre.clocks().rate()));
        }
    }

    private void startAgain(Host host, Runnable start) {
        cluster.world()
                .after(
                        aWhile(),
                        () -> {
                            if (host.isDown()) {
                                start.run();
                            }
                        });
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

    private void sleep(Host host) {
        if (host.condition() == Host.Condition.UP) {
            host.sleep();
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

    private List<Host> centreHosts() {
        List<Host> hosts = new ArrayList<>();
        centre.masters().all().forEach(it -> hosts.add(it.host()));
        centre.naming().forEach(it -> hosts.add(it.host()));
        hosts.add(centre.store().host());
        return hosts;
    }

    private List<Host> allHosts() {
        List<Host> hosts = centreHosts();
        cluster.workers().all().forEach(it -> hosts.add(it.host()));
        hosts.add(cluster.client().host());
        return hosts;
    }

    /** Cuts one machine off from one other or from all, in one direction or in both. */
    private void partition(List<Host> hosts) {
        Host one = dice.pick(hosts);
        List<Host> others = new ArrayList<>(hosts);
        others.remove(one);
        if (dice.chance(0.5)) {
            others = List.of(dice.pick(others));
        }
        int direction = dice.between(0, 2);
        for (Host other : others) {
            if (direction != 1) {
                cutOff(one, other, aWhile());
            }
            if (direction != 2) {
                cutOff(other, one, aWhile());
            }
        }
    }

    /** Cuts the store off from all, in both directions, often for longer than anything else. */
    private void storeOutage() {
        Duration time = dice.between(Duration.ofMillis(100), Duration.ofSeconds(15));
        for (NamingReplica replica : centre.naming()) {
            cutOff(replica.host(), centre.store().host(), time);
            cutOff(centre.store().host(), replica.host(), time);
        }
    }

    private void cutOff(Host from, Host to, Duration time) {
        cluster.world().story().tell("network", "stops", from.name(), to.name());
        cluster.network().block(from, to);
        cluster.world().after(time, () -> cluster.network().unblock(from, to));
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
        Clocks clocks = centre.clocks();
        centre.store().speedUp();
        mend(centre.store().host(), () -> centre.store().start(clocks.rate()));
        centre.naming().forEach(it -> mend(it.host(), () -> it.start(clocks.rate())));
        centre.masters().all().forEach(it -> mend(it.host(), () -> it.start(clocks.rate())));
        for (WorkerNode worker : cluster.workers().all()) {
            worker.setDiskBad(false);
            worker.setBlackHole(false);
            worker.setSlowness(1);
            mend(worker.host(), worker::start);
        }
        resumeDrained();
    }

    private static void mend(Host host, Runnable start) {
        resume(host);
        if (host.isDown()) {
            start.run();
        }
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
