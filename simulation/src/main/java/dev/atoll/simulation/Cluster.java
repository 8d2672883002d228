package dev.atoll.simulation;

import dev.atoll.simulation.client.Client;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Witness;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.master.MasterNode;
import dev.atoll.simulation.master.Masters;
import dev.atoll.simulation.naming.NamingClient;
import dev.atoll.simulation.naming.NamingReplica;
import dev.atoll.simulation.naming.Store;
import dev.atoll.simulation.worker.WorkerNode;
import dev.atoll.simulation.worker.Workers;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.Workload;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.World;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Every part of one simulated cluster.
 *
 * @param ledger what is durable
 * @param fates what becomes of the tasks
 */
record Cluster(
        World world,
        Network network,
        Centre centre,
        Ledger ledger,
        Workers workers,
        Client client,
        Fates fates) {
    /** What does not run tasks. */
    record Centre(Store store, List<NamingReplica> naming, Masters masters, Clocks clocks) {}

    static Cluster build(World world, Profile profile, Dice dice, Set<Mutation> mutations) {
        Network network = new Network(world, dice.split());
        Ledger ledger = new Ledger();
        Witness witness =
                Witness.ofAll(
                        ledger,
                        new Witness.Promises(
                                profile.scheduler().clusterTroubleMax(),
                                !profile.troubles().areClocksWild(),
                                profile.troubles().spareWorkers()));
        Centre centre = centre(network, ledger, witness, profile, dice, mutations);
        Fates fates = new Fates();
        Workers workers = new Workers();
        var place =
                new WorkerNode.Place(network, centre.masters(), workers, ledger, fates, witness);
        for (int i = 0; i < profile.size().offers().size(); i++) {
            var setting =
                    new WorkerNode.Setting(
                            profile.size().offers().get(i),
                            profile.agent(),
                            profile.pace().syncMax(),
                            mutations);
            Host host = new Host(world, "worker-" + i);
            workers.add(new WorkerNode(setting, place, host, dice.split()));
        }
        Workload workload =
                new Workload(dice.split(), fates, profile.size().offers(), profile.mix());
        var around =
                new Client.Around(network, centre.masters(), workers, ledger, witness, mutations);
        Client client =
                new Client(around, new Host(world, "client"), dice.split(), workload.plan());
        return new Cluster(world, network, centre, ledger, workers, client, fates);
    }

    private static Centre centre(
            Network network,
            Ledger ledger,
            Witness witness,
            Profile profile,
            Dice dice,
            Set<Mutation> mutations) {
        World world = network.world();
        Profile.Pace pace = profile.pace();
        Store store =
                new Store(
                        new Store.Setting(pace.lease(), pace.storeSyncMax(), mutations),
                        network,
                        ledger,
                        new Host(world, "store"),
                        dice.split());
        List<NamingReplica> naming = new ArrayList<>();
        for (int i = 0; i < profile.size().naming(); i++) {
            naming.add(
                    new NamingReplica(network, store, new Host(world, "naming-" + i), mutations));
        }
        Masters masters = new Masters(network, naming, dice.split());
        var setting =
                new MasterNode.Setting(
                        profile.scheduler(),
                        pace.commitInterval(),
                        pace.batchKeysMax(),
                        pace.lease(),
                        mutations);
        for (int i = 0; i < profile.size().masters(); i++) {
            Host host = new Host(world, "master-" + i);
            NamingClient way = new NamingClient(network, naming, host);
            masters.add(new MasterNode(setting, network, way, witness, host));
        }
        Clocks clocks = new Clocks(dice.split(), profile.troubles().areClocksWild());
        return new Centre(store, List.copyOf(naming), masters, clocks);
    }

    void start() {
        centre.store().start(centre.clocks().rate());
        centre.naming().forEach(it -> it.start(centre.clocks().rate()));
        centre.masters().all().forEach(it -> it.start(centre.clocks().rate()));
        workers.all().forEach(WorkerNode::start);
        client.start();
    }
}
