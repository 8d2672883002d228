package dev.atoll.simulation;

import dev.atoll.simulation.client.Errand;
import dev.atoll.simulation.invariant.InvariantViolation;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.World;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One story from one seed: things break for a while, then everything is mended, and then every job
 * must end as it should.
 */
public final class Simulation {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final Duration SETTLING = Duration.ofSeconds(8);
    private static final long EVENTS_MAX = 3_000_000;

    private final long seed;
    private final World world = new World();
    private final Profile profile;
    private final Cluster cluster;
    private final Nemesis nemesis;
    private final EndsFollowFromFates ends;

    /** A story that has not begun. */
    public Simulation(long seed, Set<Mutation> mutations) {
        this.seed = seed;
        Dice dice = new Dice(seed);
        this.profile = Profile.draw(dice.split());
        this.cluster = Cluster.build(world, profile, dice.split(), mutations);
        this.nemesis = new Nemesis(cluster, profile, dice.split());
        this.ends = new EndsFollowFromFates(cluster, profile.mix().hasPoison());
    }

    /**
     * How a story went.
     *
     * @param digest equal for equal stories
     * @param events how many events it had
     * @param time how long it took, by its own time
     * @param defect what must not have happened, if it did
     */
    public record Result(
            long seed, long digest, long events, Duration time, Optional<Defect> defect) {}

    /** Something that must not happen, and the last lines of the story that led there. */
    public record Defect(
            String invariant, String message, List<String> story, RuntimeException cause) {}

    /** Hears every line of the story as it happens. */
    public void listen(Consumer<String> listener) {
        world.story().listen(listener);
    }

    /** Lets it happen. */
    public Result run() {
        Optional<Defect> defect = Optional.empty();
        try {
            world.story().tell("profile", profile.toString());
            cluster.start();
            nemesis.begin();
            runToTheEnd();
        } catch (InvariantViolation e) {
            defect = Optional.of(defect(e.invariant(), e));
        } catch (RuntimeException e) {
            defect = Optional.of(defect("NoBrokenMind", e));
        }
        return new Result(seed, world.story().digest(), world.happened(), world.now(), defect);
    }

    private Defect defect(String invariant, RuntimeException e) {
        String message = e instanceof InvariantViolation ? e.getMessage() : e.toString();
        return new Defect(invariant, String.valueOf(message), world.story().lastLines(), e);
    }

    private void runToTheEnd() {
        runUntilAllIsOver(profile.troubles().during());
        // Until then every worker is back, and the master knows what it has.
        runUntil(world.now().plus(SETTLING));
        runUntilAllIsOver(world.now());
        ends.check();
        List<Errand> unreadable = ends.unreadable(nemesis.lostDisks());
        if (unreadable.isEmpty()) {
            return;
        }
        // Outputs that went with a disk after the end come back when their user asks for them.
        unreadable.forEach(Errand::retry);
        runUntilAllIsOver(world.now());
        ends.check();
        ends.unreadable(nemesis.lostDisks())
                .forEach(it -> {
                    throw new InvariantViolation(
                            EndsFollowFromFates.class,
                            "job %s is not readable after its retry: %s"
                                    .formatted(it.job(), it.refusal()));
                });
    }

    private void runUntil(Duration time) {
        while (world.now().compareTo(time) < 0 && world.step()) {
            // Each step checks what it changes.
        }
    }

    private void runUntilAllIsOver(Duration faultsEnd) {
        Duration deadline = faultsEnd.plus(PATIENCE);
        while (!nemesis.isHealing() || !ends.isAllOver()) {
            boolean isInTime = world.now().compareTo(deadline) < 0 && world.happened() < EVENTS_MAX;
            if (!isInTime || !world.step()) {
                throw new InvariantViolation(EveryJobEnds.class, unfinished());
            }
        }
    }

    /** Every job ends in time once nothing breaks any more. */
    private static final class EveryJobEnds {}

    private String unfinished() {
        StringBuilder text = new StringBuilder("not over after " + world.now() + ":");
        cluster.client().errands().stream()
                .filter(it -> !it.isOver())
                .forEach(it -> text.append(" job ").append(it.job()));
        return text.toString();
    }
}
