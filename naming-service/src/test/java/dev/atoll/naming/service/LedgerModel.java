package dev.atoll.naming.service;

import dev.atoll.naming.service.LedgerModel.LedgerCall;
import dev.atoll.naming.service.LedgerModel.LedgerState;
import dev.atoll.proto.naming.v1.CommitResponse.Outcome;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the ledger promises, if nothing ever happened at the same time. */
final class LedgerModel implements Linearizer.Model<LedgerState, LedgerCall> {
    /** One call to the naming service with its outcome. */
    sealed interface LedgerCall {
        /** A master has won. */
        record Elected(long epoch) implements LedgerCall {}

        /** The leader of an epoch has left. */
        record Left(long epoch) implements LedgerCall {}

        /** A commit of one value, and how it was answered. */
        record Committed(long epoch, long sequence, String value, Outcome outcome, long told)
                implements LedgerCall {}

        /** A commit of one value that was not answered. */
        record Unanswered(long epoch, long sequence, String value) implements LedgerCall {}

        /** What a reader has found; empty when there was nothing. */
        record Read(String value) implements LedgerCall {}

        /** How far a chain was said to be. */
        record ChainRead(long epoch, long sequence) implements LedgerCall {}

        /** Who was said to lead; 0 when nobody was. */
        record LeaderRead(long epoch) implements LedgerCall {}
    }

    /**
     * All that matters.
     *
     * @param leader the epoch that leads; 0 when none does
     * @param chains how far the chain of each epoch is that has committed
     */
    record LedgerState(long leader, long lastEpoch, Map<Long, Long> chains, String value) {}

    @Override
    public LedgerState initial() {
        return new LedgerState(0, 0, Map.of(), "");
    }

    @Override
    public Optional<LedgerState> apply(LedgerState state, LedgerCall call) {
        return switch (call) {
            case LedgerCall.Elected(long epoch) ->
                    when(
                            state.leader() == 0 && epoch > state.lastEpoch(),
                            new LedgerState(epoch, epoch, state.chains(), state.value()));
            case LedgerCall.Left(long epoch) ->
                    when(
                            state.leader() == epoch,
                            new LedgerState(0, state.lastEpoch(), state.chains(), state.value()));
            case LedgerCall.Committed(var epoch, var sequence, var value, var outcome, var told) ->
                    switch (outcome) {
                        case OUTCOME_COMMITTED ->
                                told == sequence
                                        ? commit(state, epoch, sequence, value)
                                        : Optional.empty();
                        case OUTCOME_OUT_OF_SEQUENCE ->
                                when(
                                        state.leader() == epoch
                                                && sequence != chain(state, epoch) + 1
                                                && told == chain(state, epoch),
                                        state);
                        case OUTCOME_DEPOSED ->
                                when(
                                        state.leader() != epoch && canBeTold(state, epoch, told),
                                        state);
                        case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
                    };
            case LedgerCall.Unanswered(long epoch, long sequence, String value) ->
                    commit(state, epoch, sequence, value);
            case LedgerCall.Read(String value) -> when(value.equals(state.value()), state);
            case LedgerCall.ChainRead(long epoch, long sequence) ->
                    when(canBeTold(state, epoch, sequence), state);
            case LedgerCall.LeaderRead(long epoch) -> when(epoch == state.leader(), state);
        };
    }

    private static Optional<LedgerState> commit(
            LedgerState state, long epoch, long sequence, String value) {
        Map<Long, Long> chains = new TreeMap<>(state.chains());
        chains.put(epoch, sequence);
        return when(
                state.leader() == epoch && sequence == chain(state, epoch) + 1,
                new LedgerState(epoch, state.lastEpoch(), Map.copyOf(chains), value));
    }

    private static long chain(LedgerState state, long epoch) {
        return state.chains().getOrDefault(epoch, 0L);
    }

    /** The first commit of an epoch sweeps out the chains of those before. */
    private static boolean canBeTold(LedgerState state, long epoch, long sequence) {
        boolean isSwept = state.chains().keySet().stream().anyMatch(it -> it > epoch);
        return sequence == chain(state, epoch) || (isSwept && sequence == 0);
    }

    private static Optional<LedgerState> when(boolean condition, LedgerState next) {
        return condition ? Optional.of(next) : Optional.empty();
    }
}
