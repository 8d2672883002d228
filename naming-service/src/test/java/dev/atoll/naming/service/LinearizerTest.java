package dev.atoll.naming.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.service.LedgerModel.LedgerCall;
import dev.atoll.naming.service.Linearizer.Call;
import dev.atoll.proto.naming.v1.CommitResponse.Outcome;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Histories written by hand: those that can be, and those that cannot. */
class LinearizerTest {
    private static final Linearizer<LedgerModel.LedgerState, LedgerCall> LINEARIZER =
            new Linearizer<>(new LedgerModel());

    private static Call<LedgerCall> at(long began, long ended, LedgerCall what) {
        return new Call<>(what, began, ended);
    }

    private static Call<LedgerCall> elected(long began, long epoch) {
        return at(began, began + 1, new LedgerCall.Elected(epoch));
    }

    private static Call<LedgerCall> left(long began, long epoch) {
        return at(began, began + 1, new LedgerCall.Left(epoch));
    }

    private static Call<LedgerCall> committed(
            long began, long ended, long epoch, long sequence, String value) {
        Outcome outcome = Outcome.OUTCOME_COMMITTED;
        return at(
                began, ended, new LedgerCall.Committed(epoch, sequence, value, outcome, sequence));
    }

    private static Call<LedgerCall> refused(
            long began, long epoch, long sequence, Outcome outcome, long told) {
        return at(began, began + 1, new LedgerCall.Committed(epoch, sequence, "x", outcome, told));
    }

    private static Call<LedgerCall> unanswered(
            long began, long epoch, long sequence, String value) {
        return Call.unknown(new LedgerCall.Unanswered(epoch, sequence, value), began);
    }

    private static Call<LedgerCall> read(long began, long ended, String value) {
        return at(began, ended, new LedgerCall.Read(value));
    }

    // ---- what can be

    @Test
    void overlappingCallsMayHaveHappenedInAnyOrder() {
        for (String seen : List.of("", "a", "b")) {
            assertThat(
                            LINEARIZER.flaw(
                                    List.of(
                                            elected(0, 5),
                                            committed(10, 40, 5, 2, "b"),
                                            committed(11, 41, 5, 1, "a"),
                                            read(12, 42, seen))))
                    .as("seen %s", seen)
                    .isEmpty();
        }
    }

    @Test
    void whatWasNotAnsweredMayHaveHappenedLateOrNever() {
        for (String seen : List.of("a", "b")) {
            assertThat(
                            LINEARIZER.flaw(
                                    List.of(
                                            elected(0, 5),
                                            committed(10, 11, 5, 1, "a"),
                                            unanswered(20, 5, 2, "b"),
                                            read(30, 31, "a"),
                                            read(40, 41, seen))))
                    .as("seen %s", seen)
                    .isEmpty();
        }
    }

    @Test
    void theDeposedAreRefusedAndTheirChainsMayBeSweptAway() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        committed(10, 11, 5, 1, "a"),
                                        left(20, 5),
                                        refused(22, 5, 2, Outcome.OUTCOME_DEPOSED, 1),
                                        elected(24, 9),
                                        committed(30, 31, 9, 1, "b"),
                                        refused(32, 5, 2, Outcome.OUTCOME_DEPOSED, 0),
                                        refused(34, 9, 1, Outcome.OUTCOME_OUT_OF_SEQUENCE, 1))))
                .isEmpty();
    }

    // ---- what cannot

    @Test
    void aReaderSeesWhatWasCommittedBefore() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        committed(10, 11, 5, 1, "a"),
                                        read(20, 21, ""))))
                .isPresent();
    }

    @Test
    void nobodySeesTheNewerValueBeforeTheOlder() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        committed(10, 11, 5, 1, "a"),
                                        committed(20, 50, 5, 2, "b"),
                                        read(30, 31, "b"),
                                        read(40, 41, "a"))))
                .isPresent();
    }

    @Test
    void oneSequenceIsCommittedOnce() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        committed(10, 30, 5, 1, "a"),
                                        committed(11, 31, 5, 1, "b"))))
                .isPresent();
    }

    @Test
    void noSequenceIsSkipped() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        committed(10, 11, 5, 1, "a"),
                                        committed(20, 21, 5, 3, "b"))))
                .isPresent();
    }

    @Test
    void nobodyCommitsOnceDeposed() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        left(10, 5),
                                        elected(20, 9),
                                        committed(30, 31, 5, 1, "a"))))
                .isPresent();
    }

    @Test
    void whatWasNotAnsweredDoesNotHappenAfterALaterLeadersCommit() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        unanswered(10, 5, 1, "late"),
                                        left(20, 5),
                                        elected(22, 9),
                                        committed(30, 31, 9, 1, "b"),
                                        read(40, 41, "late"))))
                .isPresent();
    }

    @Test
    void whatWasNotAnsweredDoesNotHappenTwice() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        unanswered(10, 5, 1, "a"),
                                        read(20, 21, "a"),
                                        committed(30, 31, 5, 2, "b"),
                                        read(40, 41, "a"))))
                .isPresent();
    }

    @Test
    void nobodyIsCalledDeposedWhoLeads() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        refused(10, 5, 1, Outcome.OUTCOME_DEPOSED, 0))))
                .isPresent();
    }

    @Test
    void theTruthIsToldOfTheChain() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(
                                        elected(0, 5),
                                        committed(10, 11, 5, 1, "a"),
                                        refused(20, 5, 1, Outcome.OUTCOME_OUT_OF_SEQUENCE, 2))))
                .isPresent();
    }

    @Test
    void twoNeverLeadAtOnce() {
        assertThat(
                        LINEARIZER.flaw(
                                List.of(elected(0, 5), elected(10, 9), left(20, 9), left(30, 5))))
                .isPresent();
    }

    @Test
    void epochsOnlyGrow() {
        assertThat(LINEARIZER.flaw(List.of(elected(0, 9), left(10, 9), elected(20, 5))))
                .isPresent();
    }
}
