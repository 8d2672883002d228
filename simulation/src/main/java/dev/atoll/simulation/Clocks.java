package dev.atoll.simulation;

import dev.atoll.simulation.world.Dice;

/** Draws how fast the monotonic clocks of machines run. */
final class Clocks {
    private final Dice dice;
    private final boolean areWild;

    Clocks(Dice dice, boolean areWild) {
        this.dice = dice;
        this.areWild = areWild;
    }

    /** The rate of one machine's clock, from one start to the next; 1 is right. */
    double rate() {
        double spread = areWild ? 0.35 : 0.03;
        return 1 - spread + 2 * spread * dice.fraction();
    }
}
