package dev.atoll.system.architecture.offenders.client.cycle.right;

import dev.atoll.system.architecture.offenders.client.cycle.left.Chicken;

/** Half of a cycle of packages. */
public final class Egg {
    Chicken first = new Chicken();
}
