package dev.atoll.simulation;

import dev.atoll.simulation.client.Client;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Witness;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.master.MasterNode;
import dev.atoll.simulation.master.Masters;
import dev.atoll.simulation.worker.WorkerNode;
import dev.atoll.simulation.worker.Workers;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.Workload;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.World;

import java.util.Set;

/**
 * Every part of one simulated cluster.
 *
 * @param fates what becomes of the tasks
 */
record Cluster(
        World world,
        Network network,
        Ledger ledger,
        Masters masters,
        Workers workers,
        Client client,
        Fates fates) {
    static Cluster build(World world, Profile profile, Dice dice, Set<Mutation> mutations) {
        Network network = new Network(world, dice.split());
        Host ledgerHost = new Host(world, "ledger");
        ledgerHost.start(1);
        Ledger ledger = new Ledger(ledgerHost, !mutations.contains(Mutation.COMMIT_WITHOUT_FENCE));
        Witness witness = Witness.ofAll(ledger, profile.scheduler().clusterTroubleMax());
        Masters masters = new Masters(network, ledger);
        var masterSetting =
                new MasterNode.Setting(
                        profile.scheduler(),
                        profile.commitInterval(),
                        profile.batchKeysMax(),
                        mutations);
        for (int i = 0; i < profile.masters(); i++) {
            Host host = new Host(world, "master-" + i);
            masters.add(
                    new MasterNode(masterSetting, network, ledger, witness, host, dice.split()));
        }
        Fates fates = new Fates();
        Workers workers = new Workers();
        var place = new WorkerNode.Place(network, masters, workers, ledger, fates, witness);
        for (int i = 0; i < profile.offers().size(); i++) {
            var setting =
                    new WorkerNode.Setting(
                            profile.offers().get(i), profile.agent(), profile.syncMax(), mutations);
            Host host = new Host(world, "worker-" + i);
            workers.add(new WorkerNode(setting, place, host, dice.split()));
        }
        Workload workload = new Workload(dice.split(), fates, profile.offers(), profile.mix());
        var around = new Client.Around(network, masters, workers, ledger, witness, mutations);
        Client client =
                new Client(around, new Host(world, "client"), dice.split(), workload.plan());
        return new Cluster(world, network, ledger, masters, workers, client, fates);
    }

    void start() {
        masters.all().forEach(MasterNode::start);
        workers.all().forEach(WorkerNode::start);
        client.start();
    }
}
