/** The laws of nature: time, chance, machines and the network between them. */
@NullMarked
package dev.atoll.simulation.world;

import org.jspecify.annotations.NullMarked;
