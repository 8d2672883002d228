package dev.atoll.naming.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.service.LedgerModel.LedgerCall;
import dev.atoll.naming.service.Linearizer.Call;
import dev.atoll.proto.naming.v1.CommitResponse.Outcome;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Whatever happens at the same time, the ledger is as if one thing happened after the other. */
abstract class LinearizabilityContract extends NamingServiceContract {
    @Test
    void commitsAndReadsAtTheSameTime_areAsIfOneCameAfterTheOther() throws Exception {
        List<Call<LedgerCall>> calls = LedgerHistory.record(caller, System.nanoTime());

        // Otherwise it says little that they fit together.
        assertThat(count(calls, Outcome.OUTCOME_COMMITTED)).as("committed").isGreaterThan(10);
        assertThat(count(calls, Outcome.OUTCOME_DEPOSED)).as("deposed").isPositive();
        assertThat(count(calls, Outcome.OUTCOME_OUT_OF_SEQUENCE)).as("out of turn").isPositive();
        assertThat(calls).as("of unknown outcome").anyMatch(Call::isUnknown);
        assertThat(new Linearizer<>(new LedgerModel()).flaw(calls)).isEmpty();
    }

    private static long count(List<Call<LedgerCall>> calls, Outcome outcome) {
        return calls.stream()
                .filter(call ->
                        call.what() instanceof LedgerCall.Committed commit
                                && commit.outcome() == outcome)
                .count();
    }
}
