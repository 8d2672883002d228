package dev.atoll.runtime.naming;

import java.util.Optional;

/** What a candidate for an office hears. */
public sealed interface CandidacyNews {
    /** Another leads, or nobody yet. */
    record Waiting(Optional<Leader> leader) implements CandidacyNews {}

    /** This candidate leads, in this epoch. */
    record Elected(long epoch) implements CandidacyNews {}

    /** The candidacy is over: the lease is lost, or it was given up. The last news. */
    record Deposed(String reason) implements CandidacyNews {}
}
