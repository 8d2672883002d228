package dev.atoll.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.journal.CommitChain.Answer;
import dev.atoll.core.journal.CommitChain.Step;

import org.junit.jupiter.api.Test;

final class CommitChainTest {
    private static final long EPOCH = 7;

    private final CommitChain chain = new CommitChain(EPOCH, 3);

    @Test
    void commitsFollowEachOther() {
        assertThat(chain.begin()).isEqualTo(new Step.Send(4));
        assertThat(chain.answered(new Answer.Committed())).isEqualTo(new Step.Durable());
        assertThat(chain.begin()).isEqualTo(new Step.Send(5));
    }

    @Test
    void silenceIsAskedAboutAndNotRepeatedBlindly() {
        chain.begin();
        assertThat(chain.unanswered()).isEqualTo(new Step.Ask());
        assertThat(chain.unanswered()).isEqualTo(new Step.Ask());
        assertThat(chain.told(EPOCH, 4)).isEqualTo(new Step.Durable());
        assertThat(chain.sequence()).isEqualTo(4);
    }

    @Test
    void whatTheChainHasNotReachedIsSentAgain() {
        chain.begin();
        chain.unanswered();
        assertThat(chain.told(EPOCH, 3)).isEqualTo(new Step.Send(4));
    }

    @Test
    void lateFirstCopyMakesItsRepeatASuccess() {
        chain.begin();
        chain.unanswered();
        chain.told(EPOCH, 3);
        assertThat(chain.answered(new Answer.OutOfSequence(4))).isEqualTo(new Step.Durable());
    }

    @Test
    void firstTryOutOfSequenceMeansThatSomebodyElseWrites() {
        chain.begin();
        assertThat(chain.answered(new Answer.OutOfSequence(4))).isInstanceOf(Step.Deposed.class);
    }

    @Test
    void chainElsewhereEndsTheTerm() {
        chain.begin();
        chain.unanswered();
        assertThat(chain.told(EPOCH, 6)).isInstanceOf(Step.Deposed.class);
    }

    @Test
    void whoeverElseLeadsEndsTheTermWhateverTheChainSays() {
        chain.begin();
        assertThat(chain.answered(new Answer.Deposed())).isInstanceOf(Step.Deposed.class);
        chain.unanswered();
        assertThat(chain.told(9, 4)).isInstanceOf(Step.Deposed.class);
        assertThat(chain.told(0, 4)).isInstanceOf(Step.Deposed.class);
    }

    @Test
    void doubtDoesNotOutliveItsBatch() {
        chain.begin();
        chain.unanswered();
        chain.told(EPOCH, 4);
        chain.begin();
        assertThat(chain.answered(new Answer.OutOfSequence(5))).isInstanceOf(Step.Deposed.class);
    }
}
