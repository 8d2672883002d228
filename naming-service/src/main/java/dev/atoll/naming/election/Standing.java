package dev.atoll.naming.election;

import dev.atoll.naming.store.Entry;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CampaignResponse.State;
import dev.atoll.proto.naming.v1.ObserveLeaderResponse;

import java.util.Optional;

/**
 * How a candidate stands, or how an office does to somebody who only looks on. Pure.
 *
 * @param state of the candidate
 * @param epoch of the leader, whoever it is; 0 when there is none
 * @param leaderAddress empty when there is none
 */
record Standing(State state, long epoch, String leaderAddress) {
    /** How the holder of a lease stands. */
    static Standing of(OfficeBook book, String office, long leaseId) {
        Optional<Entry> leader = book.leader(office);
        State state =
                leader.isPresent() && leader.get().leaseId() == leaseId
                        ? State.STATE_ELECTED
                        : book.isWaiting(office, leaseId)
                                ? State.STATE_WAITING
                                : State.STATE_DEPOSED;
        return new Standing(
                state,
                leader.map(Entry::createRevision).orElse(0L),
                leader.map(entry -> entry.value().toStringUtf8()).orElse(""));
    }

    /** How a candidate stands that stood so before: a term that has ended is not taken up again. */
    Standing after(Standing before) {
        boolean termEnded =
                before.state == State.STATE_ELECTED
                        && (state != State.STATE_ELECTED || epoch != before.epoch);
        return termEnded ? new Standing(State.STATE_DEPOSED, epoch, leaderAddress) : this;
    }

    boolean isFinal() {
        return state == State.STATE_DEPOSED;
    }

    CampaignResponse toCampaignResponse() {
        return CampaignResponse.newBuilder()
                .setState(state)
                .setEpoch(epoch)
                .setLeaderAddress(leaderAddress)
                .build();
    }

    ObserveLeaderResponse toObserveLeaderResponse() {
        return ObserveLeaderResponse.newBuilder()
                .setEpoch(epoch)
                .setLeaderAddress(leaderAddress)
                .build();
    }
}
