package dev.atoll.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class SessionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String BROKEN = "broken";

    private final World world = new World();
    private final Host client = started("client");
    private final Host server = started("server");

    private Host started(String name) {
        Host host = new Host(world, name);
        host.start(1);
        return host;
    }

    /** One end that writes down what it hears. */
    private static final class Ear implements Session.Receiver<String> {
        final List<String> heard = new ArrayList<>();

        @Override
        public void received(String message) {
            heard.add(message);
        }

        @Override
        public void broken() {
            heard.add(BROKEN);
        }
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private void pass(Duration time) {
        boolean[] isOver = new boolean[1];
        world.after(time, () -> isOver[0] = true);
        while (!isOver[0]) {
            world.step();
        }
    }

    @Test
    void keepsTheOrderWhateverTheDelays() {
        for (int seed = 0; seed < 20; seed++) {
            Network network = network(seed);
            Session<String, String> session = network.open(client, server);
            Ear ear = new Ear();
            session.serve(ear);
            numbers(50).forEach(session::sendUp);
            pass(MINUTE);
            assertThat(ear.heard).isEqualTo(numbers(50));
        }
    }

    private Network network(int seed) {
        Network network = new Network(world, new Dice(seed));
        network.weather(
                new Weather(
                        0.5,
                        0.5,
                        Duration.ZERO,
                        Duration.ofMillis(50),
                        0.2,
                        Duration.ofSeconds(2)));
        return network;
    }

    @Test
    void losesOnlyTheLastMessagesWhenItBreaks() {
        for (int seed = 0; seed < 20; seed++) {
            Session<String, String> session = network(seed).open(client, server);
            Ear up = new Ear();
            Ear down = new Ear();
            session.serve(up);
            session.listen(down);
            numbers(50).forEach(session::sendUp);
            numbers(50).forEach(session::sendDown);
            session.cut();
            session.sendUp("late");
            pass(MINUTE);
            for (Ear ear : List.of(up, down)) {
                assertThat(ear.heard.removeLast()).isEqualTo(BROKEN);
                assertThat(ear.heard).isEqualTo(numbers(ear.heard.size()));
            }
        }
    }

    @Test
    void stallsBehindAPartition() {
        Network network = network(1);
        Session<String, String> session = network.open(client, server);
        Ear ear = new Ear();
        session.serve(ear);
        network.block(client, server);
        numbers(5).forEach(session::sendUp);
        pass(MINUTE);
        assertThat(ear.heard).isEmpty();
        network.unblockAll();
        pass(MINUTE);
        assertThat(ear.heard).isEqualTo(numbers(5));
    }

    @Test
    void aServerThatEndsItHearsWhatTheClientSaysMeanwhile() {
        Session<String, String> session = network(3).open(client, server);
        Ear ear = new Ear();
        session.serve(ear);
        session.end();
        session.sendUp("0");
        pass(MINUTE);
        assertThat(ear.heard).isIn(List.of("0", BROKEN), List.of(BROKEN));
    }
}
