package dev.atoll.naming.membership;

import dev.atoll.proto.naming.v1.Member;

import java.util.Optional;

/** What a wish to join comes to. Pure. */
sealed interface JoinDecision {
    /** A member as the store has it. */
    record Present(Member member, long leaseId, long modRevision) {}

    /**
     * The member takes its place under a new lease; the lease of the one before it, if any, ends.
     */
    record Enter(Optional<Present> replaced) implements JoinDecision {}

    /** It is there already: its lease goes on. */
    record Resume(Present present) implements JoinDecision {}

    /** It is there already, with other data: its lease goes on and the data is replaced. */
    record Update(Present present) implements JoinDecision {}

    /** A newer incarnation of it is there. */
    record Refuse(long presentIncarnation) implements JoinDecision {}

    /** Decides: the newer incarnation wins, and the same one may come again. */
    static JoinDecision of(Optional<Present> present, Member wanted) {
        if (present.isEmpty()) {
            return new Enter(Optional.empty());
        }
        Member there = present.get().member();
        if (there.getIncarnation() > wanted.getIncarnation()) {
            return new Refuse(there.getIncarnation());
        }
        if (there.getIncarnation() < wanted.getIncarnation()) {
            return new Enter(present);
        }
        Member sameTime = wanted.toBuilder().setJoinTime(there.getJoinTime()).build();
        return there.equals(sameTime) ? new Resume(present.get()) : new Update(present.get());
    }
}
