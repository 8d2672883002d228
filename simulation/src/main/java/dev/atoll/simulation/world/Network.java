package dev.atoll.simulation.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Carries single messages, which it may lose, repeat and overtake, and opens sessions. */
public final class Network {
    private final World world;
    private final Dice dice;
    private final TreeSet<String> blocked = new TreeSet<>();
    private final List<Session<?, ?>> sessions = new ArrayList<>();
    private Weather weather = Weather.calm();

    public Network(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    public World world() {
        return world;
    }

    Dice dice() {
        return dice;
    }

    /** Changes how bad it is. */
    public void weather(Weather newWeather) {
        weather = newWeather;
    }

    /** Stops what goes one way. */
    public void block(Host from, Host to) {
        blocked.add(direction(from, to));
    }

    /** Lets everything pass again. */
    public void unblockAll() {
        blocked.clear();
    }

    /** Lets pass what goes one way. */
    public void unblock(Host from, Host to) {
        blocked.remove(direction(from, to));
    }

    boolean isBlocked(Host from, Host to) {
        return !blocked.isEmpty() && blocked.contains(direction(from, to));
    }

    private static String direction(Host from, Host to) {
        return from.name() + ">" + to.name();
    }

    long delayNanos() {
        return dice.chance(weather.slow())
                ? dice.between(weather.delayMin(), weather.slowMax()).toNanos()
                : dice.between(weather.delayMin(), weather.delayMax()).toNanos();
    }

    /** Sends one message, which may get lost, arrive late, and arrive twice. */
    public void send(Host from, Host to, Runnable arrival) {
        if (dice.chance(weather.loss())) {
            return;
        }
        int copies = dice.chance(weather.duplication()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            world.afterNanos(delayNanos(), () -> arrive(from, to, arrival));
        }
    }

    private void arrive(Host from, Host to, Runnable arrival) {
        if (!isBlocked(from, to)) {
            to.reach(to.generation(), arrival);
        }
    }

    /**
     * Asks once and waits for the answer, either of which may get lost.
     *
     * @param answered runs in the process that asked, unless that has died meanwhile
     */
    public <T> void ask(Host from, Host to, Supplier<T> question, Consumer<T> answered) {
        askForLater(from, to, answer -> answer.accept(question.get()), answered);
    }

    /** As {@link #ask}, where the answer may take its time. */
    public <T> void askForLater(
            Host from, Host to, Consumer<Consumer<T>> question, Consumer<T> answered) {
        long asker = from.generation();
        Consumer<T> back =
                answer -> send(to, from, () -> from.reach(asker, () -> answered.accept(answer)));
        send(from, to, () -> question.accept(back));
    }

    /** Opens a session; it may turn out at once that nobody answers. */
    public <U, D> Session<U, D> open(Host client, Host server) {
        sessions.removeIf(Session::isOver);
        Session<U, D> session = new Session<>(this, client, server);
        sessions.add(session);
        return session;
    }

    /** The sessions that are not known to be broken at both ends. */
    public List<Session<?, ?>> sessions() {
        sessions.removeIf(Session::isOver);
        return List.copyOf(sessions);
    }

    /** A process has died: its ends of all sessions are gone. */
    public void died(Host host) {
        for (Session<?, ?> session : sessions()) {
            session.died(host);
        }
    }

    /** How long it takes until one end learns that the other is gone. */
    Duration noticeDelay() {
        return dice.chance(0.7)
                ? dice.between(Duration.ZERO, Duration.ofMillis(20))
                : dice.between(Duration.ZERO, Duration.ofSeconds(2));
    }
}
