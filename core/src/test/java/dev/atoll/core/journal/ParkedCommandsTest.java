package dev.atoll.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.Acknowledge;
import dev.atoll.core.scheduler.SchedulerCommand.Discard;
import dev.atoll.core.scheduler.SchedulerCommand.Forget;
import dev.atoll.core.scheduler.SchedulerCommand.Grant;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class ParkedCommandsTest {
    private static final WorkerId WORKER = new WorkerId("w");
    private static final StageRef STAGE = new StageRef(new JobId(1), 0);

    private final ParkedCommands parked = new ParkedCommands();
    private final List<String> log = new ArrayList<>();

    @Test
    void answersComeOutInOrderOnceTheirFactsAreDurable() {
        parked.park(1, () -> log.add("one"));
        parked.park(2, () -> log.add("two"));
        parked.park(5, () -> log.add("five"));
        parked.release(0);
        assertThat(log).isEmpty();
        parked.release(4);
        assertThat(log).containsExactly("one", "two");
        assertThat(parked.size()).isEqualTo(1);
        parked.release(9);
        assertThat(log).containsExactly("one", "two", "five");
    }

    @Test
    void grantWaitsBehindADiscardOfTheSameJobAndSession() {
        parked.park(3, discard(7), () -> log.add("discard"));
        assertThat(parked.mustWait(grant(7, STAGE))).isTrue();
        assertThat(parked.mustWait(grant(8, STAGE))).isFalse();
        assertThat(parked.mustWait(grant(7, new StageRef(new JobId(2), 0)))).isFalse();
        parked.park(3, grant(7, STAGE), () -> log.add("grant"));
        parked.release(3);
        assertThat(log).containsExactly("discard", "grant");
        assertThat(parked.mustWait(grant(7, STAGE))).isFalse();
    }

    @Test
    void acknowledgementHoldsNothingUp() {
        parked.park(3, new Acknowledge(WORKER, 7, 1), () -> log.add("acknowledge"));
        assertThat(parked.mustWait(grant(7, STAGE))).isFalse();
    }

    @Test
    void laneIsFreeOnlyWhenAllOfItLeft() {
        parked.park(3, discard(7), () -> {});
        parked.park(4, new Forget(WORKER, 7, new JobId(1)), () -> {});
        parked.release(3);
        assertThat(parked.mustWait(grant(7, STAGE))).isTrue();
        parked.release(4);
        assertThat(parked.mustWait(grant(7, STAGE))).isFalse();
    }

    private static Discard discard(long session) {
        return new Discard(WORKER, session, STAGE, Ranges.of(0));
    }

    private static Grant grant(long session, StageRef stage) {
        return new Grant(WORKER, session, stage, 1, Ranges.of(0));
    }
}
