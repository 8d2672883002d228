package dev.atoll.simulation;

import dev.atoll.core.agent.AgentLimits;
import dev.atoll.core.model.Resources;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.simulation.workload.Workload;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Weather;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What kind of world a seed makes: some are large and calm, some are small and wild.
 *
 * @param scheduler the masters' limits
 * @param agent the workers' limits
 * @param mix what users do
 */
record Profile(
        Size size,
        SchedulerLimits scheduler,
        AgentLimits agent,
        Workload.Mix mix,
        Troubles troubles,
        Pace pace) {
    /* Where no task kills its worker, the cluster's troubles never fail a task: so every job's end
     * follows from its tasks' fates alone, and the check of the ends is sharp. */
    private static final int TROUBLES_WITHOUT_END = 1_000_000;

    /**
     * How many machines there are.
     *
     * @param offers what each worker offers
     */
    record Size(int masters, int naming, List<Resources> offers) {}

    /**
     * What breaks, and when.
     *
     * @param weather the network while faults happen
     * @param faults what can break
     * @param every how often something breaks, on average
     * @param during how long things break
     * @param areClocksWild whether clocks run as they like, and leaders believe in leases that are
     *     over
     * @param spareWorkers whether workers, and their way to whoever leads, are left alone
     */
    record Troubles(
            Weather weather,
            List<Fault> faults,
            Duration every,
            Duration during,
            boolean areClocksWild,
            boolean spareWorkers) {}

    /**
     * How fast things go.
     *
     * @param commitInterval how long a master's mere progress waits
     * @param batchKeysMax the most entries of one commit
     * @param lease how long a master's lease lives without a sign of life
     * @param syncMax how long a worker's sync takes at most
     * @param storeSyncMax how long a sync of the store takes at most
     */
    record Pace(
            Duration commitInterval,
            int batchKeysMax,
            Duration lease,
            Duration syncMax,
            Duration storeSyncMax) {}

    static Profile draw(Dice dice) {
        boolean hasPoison = dice.chance(0.25);
        boolean spareWorkers = !hasPoison && dice.chance(0.25);
        Duration during = dice.between(Duration.ofSeconds(4), Duration.ofSeconds(20));
        List<Resources> offers = new ArrayList<>();
        int workers = dice.between(1, 5);
        for (int i = 0; i < workers; i++) {
            offers.add(offer(dice));
        }
        return new Profile(
                new Size(dice.between(1, 3), dice.between(1, 3), offers),
                scheduler(dice, hasPoison, spareWorkers),
                new AgentLimits(
                        Duration.ofMillis(dice.between(100, 1_000)),
                        dice.pick(List.of(4, 64, 1_024)),
                        Duration.ofMillis(dice.pick(List.of(0, 20, 200)))),
                new Workload.Mix(
                        dice.between(1, 6), dice.pick(List.of(3, 30, 200)), during, hasPoison),
                troubles(dice, during, spareWorkers),
                new Pace(
                        Duration.ofMillis(dice.between(5, 200)),
                        dice.pick(List.of(1, 3, 100)),
                        Duration.ofMillis(dice.between(1_500, dice.pick(List.of(3_000, 12_000)))),
                        Duration.ofMillis(dice.between(1, 200)),
                        Duration.ofMillis(dice.between(1, 20))));
    }

    private static Resources offer(Dice dice) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("zone", dice.pick(List.of("a", "b")));
        return new Resources(
                dice.pick(List.of(1_000, 2_000, 4_000, 8_000)),
                dice.between(1L, 8L) << 30,
                dice.pick(List.of(0, 0, 2)),
                labels);
    }

    /* Workers that are left alone are never to be given up: a new leader waits until all are back. */
    private static SchedulerLimits scheduler(Dice dice, boolean hasPoison, boolean spareWorkers) {
        Duration patience = spareWorkers ? Duration.ofSeconds(8) : Duration.ZERO;
        return new SchedulerLimits(
                Duration.ofMillis(100),
                Duration.ofMillis(900),
                Duration.ofMillis(dice.between(1_500, 4_000)),
                Duration.ofMillis(dice.between(300, 2_500)).plus(patience),
                Duration.ofMillis(dice.between(300, 2_500)).plus(patience),
                Duration.ofMillis(dice.between(50, 400)),
                dice.pick(List.of(3, 50, 4_096)),
                Duration.ofMillis(300),
                Duration.ofMillis(dice.between(100, 1_000)),
                Duration.ofMillis(dice.between(300, 3_000)),
                hasPoison ? 3 : TROUBLES_WITHOUT_END,
                10_000,
                100_000_000L,
                dice.pick(List.of(2, 1_000, 1_000)),
                dice.pick(List.of(1, 100)));
    }

    // ---- troubles

    /* Each world knows some faults only: a rare meeting of two is likelier where the others do not
     * get between them. */
    private static Troubles troubles(Dice dice, Duration during, boolean spareWorkers) {
        boolean areClocksWild = dice.chance(0.3);
        List<Fault> faults = new ArrayList<>();
        double share = dice.pick(List.of(0.2, 0.5, 1.0));
        for (Fault fault : spareWorkers ? Fault.ofTheCentre() : List.of(Fault.values())) {
            if (dice.chance(share) && (areClocksWild || !fault.deceivesLeaders())) {
                faults.add(fault);
            }
        }
        if (faults.isEmpty()) {
            faults.add(Fault.CRASH_MASTER);
        }
        return new Troubles(
                spareWorkers ? Weather.calm() : weather(dice),
                faults,
                dice.pick(
                        List.of(
                                Duration.ofMillis(300),
                                Duration.ofMillis(800),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(100))),
                during,
                areClocksWild,
                spareWorkers);
    }

    private static Weather weather(Dice dice) {
        boolean isCalm = dice.chance(0.3);
        if (isCalm) {
            return Weather.calm();
        }
        return new Weather(
                0.15 * dice.fraction(),
                0.1 * dice.fraction(),
                Duration.ofNanos(50_000),
                Duration.ofMillis(dice.between(2, 50)),
                0.05 * dice.fraction(),
                Duration.ofMillis(dice.between(100, 2_500)));
    }
}
