package dev.atoll.system.architecture.offenders.client.cycle.left;

import dev.atoll.system.architecture.offenders.client.cycle.right.Egg;

/** Half of a cycle of packages. */
public final class Chicken {
    Egg first = new Egg();
}
