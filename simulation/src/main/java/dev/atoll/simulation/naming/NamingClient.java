package dev.atoll.simulation.naming;

import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One process's way to the naming service: one replica, until it fails. */
public final class NamingClient {
    private final Network network;
    private final List<NamingReplica> replicas;
    private final Host host;
    private int current;

    /** A way for a process. */
    public NamingClient(Network network, List<NamingReplica> replicas, Host host) {
        this.network = network;
        this.replicas = List.copyOf(replicas);
        this.host = host;
    }

    /**
     * Asks once, and waits for the answer for so long; an answer that comes later is not heard.
     *
     * @param failed what to do when there was none
     */
    public <T> void ask(
            Duration patience,
            BiConsumer<NamingReplica, Consumer<T>> question,
            Consumer<T> answered,
            Runnable failed) {
        NamingReplica replica = replicas.get(current);
        boolean[] isOver = new boolean[1];
        network.<T>askForLater(
                host,
                replica.host(),
                answer -> question.accept(replica, answer),
                answer -> {
                    if (!isOver[0]) {
                        isOver[0] = true;
                        answered.accept(answer);
                    }
                });
        host.after(
                patience,
                () -> {
                    if (!isOver[0]) {
                        isOver[0] = true;
                        turnFrom(replica);
                        failed.run();
                    }
                });
    }

    /** Tells something once. */
    public void tell(Consumer<NamingReplica> message) {
        NamingReplica replica = replicas.get(current);
        network.send(host, replica.host(), () -> message.accept(replica));
    }

    /** Stands for office; the session tells how that goes. */
    public Session<NamingReplica.Candidate, Standing> stand(
            NamingReplica.Candidate candidate, Consumer<Standing> heard, Runnable broken) {
        NamingReplica replica = replicas.get(current);
        Session<NamingReplica.Candidate, Standing> session = network.open(host, replica.host());
        session.listen(
                new Session.Receiver<>() {
                    @Override
                    public void received(Standing standing) {
                        heard.accept(standing);
                    }

                    @Override
                    public void broken() {
                        turnFrom(replica);
                        broken.run();
                    }
                });
        replica.accept(session);
        session.sendUp(candidate);
        return session;
    }

    private void turnFrom(NamingReplica failed) {
        if (replicas.get(current) == failed) {
            current = (current + 1) % replicas.size();
        }
    }
}
