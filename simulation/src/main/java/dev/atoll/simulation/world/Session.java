package dev.atoll.simulation.world;

/**
 * Two lanes between a client and a server, as one stream of messages has them: within a lane
 * nothing is lost, repeated or overtaken until the session breaks; then each lane loses some of its
 * last messages, and each end learns of it in its own time.
 *
 * @param <U> what the client sends up
 * @param <D> what the server sends down
 */
public final class Session<U, D> {
    private final Host client;
    private final Host server;
    private final Lane<U> up;
    private final Lane<D> down;

    /** One end of a session. */
    public interface Receiver<M> {
        /** A message arrives. */
        void received(M message);

        /** The session is broken; the last that this end hears of it. */
        void broken();
    }

    Session(Network network, Host client, Host server) {
        this.client = client;
        this.server = server;
        this.up = new Lane<>(network, client, server);
        this.down = new Lane<>(network, server, client);
    }

    public Host client() {
        return client;
    }

    public Host server() {
        return server;
    }

    /** Says who listens at the server's end. */
    public void serve(Receiver<U> receiver) {
        up.receiver(receiver);
    }

    /** Says who listens at the client's end. */
    public void listen(Receiver<D> receiver) {
        down.receiver(receiver);
    }

    /** Sends to the server. */
    public void sendUp(U message) {
        up.send(message);
    }

    /** Sends to the client. */
    public void sendDown(D message) {
        down.send(message);
    }

    /** Breaks it somewhere between the two. */
    public void cut() {
        up.cut();
        down.cut();
    }

    /** The client hangs up: it hears nothing more, the server hears what is on its way. */
    public void hangUp() {
        down.deafen();
        up.cut();
    }

    /**
     * The server ends it. Until the client learns of that it goes on talking, and what it says
     * still arrives.
     */
    public void end() {
        down.cut();
        down.whenOver(up::cut);
    }

    /** Nobody is there to serve it. */
    public void refuse() {
        up.deafen();
        down.cut();
    }

    void died(Host host) {
        if (host == client) {
            hangUp();
        } else if (host == server) {
            refuse();
        }
    }

    boolean isOver() {
        return up.isOver() && down.isOver();
    }
}
