package dev.atoll.core.journal;

/**
 * Says what to do about the commits of one epoch, one at a time, until the outcome of each is
 * known. The caller carries the messages and brings what comes back. One thread at a time.
 */
public final class CommitChain {
    /* No answer does not mean that nothing happened: the commit may be durable, may be lost, or may
     * still be under way and arrive after its own repeat. The chain tells: a commit whose sequence
     * the chain has reached is durable, and was ours, because nobody else writes under this epoch;
     * one that it has not reached is sent again, and whichever of the two comes second is refused
     * as out of sequence. */

    private final long epoch;
    private long sequence;
    private boolean repeated;

    /** What to do next about the present batch. */
    public sealed interface Step {
        /** Send it under this sequence. */
        record Send(long sequence) implements Step {}

        /** Ask where the chain stands. */
        record Ask() implements Step {}

        /** Nothing: it is durable. */
        record Durable() implements Step {}

        /** This master must stop leading; the batch may be durable or not. */
        record Deposed(String reason) implements Step {}
    }

    /** What the ledger answers to a commit. */
    public sealed interface Answer {
        /** It is durable. */
        record Committed() implements Answer {}

        /** Another leads. */
        record Deposed() implements Answer {}

        /**
         * Its sequence is not the next.
         *
         * @param committed where the chain stands
         */
        record OutOfSequence(long committed) implements Answer {}
    }

    /**
     * The chain of a term.
     *
     * @param sequence where it stands now
     */
    public CommitChain(long epoch, long sequence) {
        this.epoch = epoch;
        this.sequence = sequence;
    }

    /** Where the chain stands, as far as is known. */
    public long sequence() {
        return sequence;
    }

    /** Begins with the next batch; the one before is durable. */
    public Step begin() {
        repeated = false;
        return new Step.Send(sequence + 1);
    }

    /** The ledger has answered the commit. */
    public Step answered(Answer answer) {
        return switch (answer) {
            case Answer.Committed() -> durable();
            case Answer.Deposed() -> new Step.Deposed("the ledger says that another leads");
            case Answer.OutOfSequence(long committed) ->
                    repeated && committed == sequence + 1 ? durable() : outOfSequence(committed);
        };
    }

    /** Neither the commit nor the question was answered, or nobody knows what the answer was. */
    public Step unanswered() {
        repeated = true;
        return new Step.Ask();
    }

    /**
     * The ledger has said where the chain of this epoch stands.
     *
     * @param leadingEpoch who leads; 0 if nobody does
     */
    public Step told(long leadingEpoch, long committed) {
        if (leadingEpoch != epoch) {
            return new Step.Deposed("epoch %d leads".formatted(leadingEpoch));
        }
        if (committed == sequence + 1) {
            return durable();
        }
        return committed == sequence ? new Step.Send(sequence + 1) : outOfSequence(committed);
    }

    private Step durable() {
        sequence++;
        return new Step.Durable();
    }

    private Step outOfSequence(long committed) {
        return new Step.Deposed(
                "the chain of epoch %d is at %d when %d was to be committed"
                        .formatted(epoch, committed, sequence + 1));
    }
}
