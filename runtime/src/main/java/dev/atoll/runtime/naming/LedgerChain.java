package dev.atoll.runtime.naming;

/**
 * How far the commits of an epoch have come.
 *
 * @param committedSequence the last sequence that is durable, 0 when there is none
 * @param leadingEpoch the epoch that leads now, 0 when none does
 */
public record LedgerChain(long committedSequence, long leadingEpoch) {}
