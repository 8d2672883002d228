package dev.atoll.simulation.master;

import dev.atoll.simulation.naming.NamingReplica;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who may lead, and who does: what anybody asks who looks for the leader. */
public final class Masters {
    private final Network network;
    private final List<NamingReplica> naming;
    private final Dice dice;
    private final Map<String, MasterNode> byName = new LinkedHashMap<>();

    public Masters(Network network, List<NamingReplica> naming, Dice dice) {
        this.network = network;
        this.naming = List.copyOf(naming);
        this.dice = dice;
    }

    /** Adds one. */
    public void add(MasterNode master) {
        byName.put(master.host().name(), master);
    }

    /** Every master, leading or not. */
    public List<MasterNode> all() {
        return List.copyOf(byName.values());
    }

    /** A leader as somebody has heard of it: it may have been deposed meanwhile. */
    public record Known(MasterNode master, long epoch) {}

    /** Asks one of the naming service who leads; no answer if nobody does or a message got lost. */
    public void find(Host asker, Consumer<Known> found) {
        NamingReplica replica = dice.pick(naming);
        network.ask(
                asker,
                replica.host(),
                replica::leader,
                answer ->
                        answer.ifPresent(it -> {
                            MasterNode master = byName.get(it.master());
                            if (master != null) {
                                found.accept(new Known(master, it.epoch()));
                            }
                        }));
    }

    /** Asks the leader something; no answer if there is none or a message got lost. */
    public void ask(Host asker, Request request, Consumer<Answer> answered) {
        find(asker, leader -> leader.master().ask(asker, request, answered));
    }
}
