package dev.atoll.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.agent.AgentCommand.DropOutputs;
import dev.atoll.core.agent.AgentCommand.SendHello;
import dev.atoll.core.agent.AgentCommand.SendReport;
import dev.atoll.core.agent.AgentCommand.SignalAttempt;
import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.agent.AgentCommand.SyncOutputs;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class AgentTest {
    private static final StageRef STAGE = new StageRef(new JobId(1), 0);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Resources offer = new Resources(2_000, 1_000, 2, Collections.emptySortedMap());
    private final Agent agent = new Agent(offer, AgentLimits.defaults(), Map.of());
    private Instant now = Instant.EPOCH;

    private List<AgentCommand> handle(AgentEvent... events) {
        List<AgentCommand> commands = new ArrayList<>();
        for (AgentEvent event : events) {
            commands.addAll(agent.handle(now, event));
            agent.validate();
        }
        return commands;
    }

    private List<AgentCommand> welcome(StageSpec spec) {
        return handle(
                new AgentEvent.Connected(),
                new AgentEvent.Welcomed(1),
                new AgentEvent.Introduced(1, STAGE, spec));
    }

    private static StageSpec spec(Resources need, Optional<Duration> timeout) {
        return new StageSpec("s", 100, TaskTemplate.command("true"), need, 1, timeout, List.of());
    }

    private static StageSpec spec() {
        return spec(Resources.cpu(1_000), Optional.empty());
    }

    private List<AgentCommand> grant(int attempt, int first, int end) {
        return handle(new AgentEvent.Granted(1, STAGE, attempt, Ranges.between(first, end)));
    }

    private static AgentEvent ended(int index, Optional<Failure> failure) {
        return new AgentEvent.AttemptEnded(new TaskRef(STAGE, index), 1, failure, SECOND, false);
    }

    private static <T> List<T> all(List<AgentCommand> commands, Class<T> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<Integer> started(List<AgentCommand> commands) {
        return all(commands, StartAttempt.class).stream().map(it -> it.task().index()).toList();
    }

    @Test
    void startsWhatFitsAndTheRestAsRoomComes() {
        welcome(spec());
        assertThat(started(grant(1, 0, 4))).containsExactly(0, 1);
        assertThat(agent.load()).isEqualTo(new Agent.Load(2_000, 0, 2, 2));
        assertThat(started(handle(ended(1, Optional.empty())))).containsExactly(2);
    }

    @Test
    void startsInTheOrderOfTheGrantsWhoeverFitsIn() {
        StageRef large = new StageRef(new JobId(2), 0);
        welcome(spec());
        grant(1, 0, 4);
        handle(
                new AgentEvent.Introduced(1, large, spec(Resources.cpu(2_000), Optional.empty())),
                new AgentEvent.Granted(1, large, 1, Ranges.of(7)));
        grant(1, 4, 6);

        assertThat(started(handle(ended(0, Optional.empty())))).containsExactly(2);
        assertThat(started(handle(ended(1, Optional.empty())))).containsExactly(3);
        assertThat(started(handle(ended(2, Optional.empty())))).isEmpty();
        assertThat(started(handle(ended(3, Optional.empty())))).containsExactly(7);
    }

    @Test
    void memoryAndGpusLimitToo() {
        welcome(spec(new Resources(0, 600, 1, Collections.emptySortedMap()), Optional.empty()));
        List<AgentCommand> commands = grant(1, 0, 3);
        assertThat(all(commands, StartAttempt.class)).hasSize(1);
        assertThat(all(commands, StartAttempt.class).getFirst().gpus()).containsExactly(0);
    }

    @Test
    void reportsAnEndOnlyWhenItsOutputIsDurable() {
        welcome(spec());
        grant(1, 0, 1);
        List<AgentCommand> commands = handle(ended(0, Optional.empty()));
        assertThat(all(commands, SendReport.class)).isEmpty();
        long sync = all(commands, SyncOutputs.class).getFirst().sync();
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(sync));
        assertThat(all(after, SendReport.class).getFirst().report().stages().getFirst().succeeded())
                .hasToString("0");
    }

    @Test
    void saysWhichTasksWroteNothing() {
        welcome(spec());
        grant(1, 0, 2);
        handle(ended(0, Optional.empty()));
        TaskRef silent = new TaskRef(STAGE, 1);
        handle(new AgentEvent.AttemptEnded(silent, 1, Optional.empty(), SECOND, true));
        handle(new AgentEvent.OutputsSynced(1));
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(2));
        StageReport report = all(after, SendReport.class).getFirst().report().stages().getFirst();
        assertThat(report.succeeded()).hasToString("1");
        assertThat(report.silent()).hasToString("1");
    }

    @Test
    void gathersWhatEndsDuringASync() {
        welcome(spec());
        grant(1, 0, 4);
        handle(ended(0, Optional.empty()));
        assertThat(all(handle(ended(1, Optional.empty())), SyncOutputs.class)).isEmpty();
        handle(ended(2, Optional.empty()));
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(1));
        assertThat(all(after, SyncOutputs.class)).hasSize(1);
        List<AgentCommand> second = handle(new AgentEvent.OutputsSynced(2));
        assertThat(
                        all(second, SendReport.class)
                                .getFirst()
                                .report()
                                .stages()
                                .getFirst()
                                .succeeded())
                .hasToString("1-2");
    }

    @Test
    void theEndsOfAMomentGoTogetherWhileTasksWait() {
        welcome(spec());
        grant(1, 0, 6);
        assertThat(all(handle(ended(0, Optional.empty())), SyncOutputs.class)).hasSize(1);
        handle(new AgentEvent.OutputsSynced(1));
        assertThat(all(handle(ended(1, Optional.empty())), SyncOutputs.class)).isEmpty();
        now = now.plusMillis(20);
        List<AgentCommand> later = handle(ended(2, Optional.empty()));
        assertThat(all(later, SyncOutputs.class).getFirst().successes())
                .isEqualTo(Map.of(STAGE, Ranges.between(1, 3)));
        handle(new AgentEvent.OutputsSynced(2));
        assertThat(all(handle(ended(3, Optional.empty())), SyncOutputs.class))
                .describedAs("nobody waits in line any more")
                .hasSize(1);
    }

    @Test
    void aFailedSyncTakesSuccessBack() {
        welcome(spec());
        grant(1, 0, 1);
        List<AgentCommand> ended = handle(ended(0, Optional.empty()));
        List<AgentCommand> after =
                handle(
                        new AgentEvent.SyncFailed(
                                1,
                                all(ended, SyncOutputs.class).getFirst().successes(),
                                "disk full"));
        StageReport report = all(after, SendReport.class).getFirst().report().stages().getFirst();
        assertThat(report.succeeded().isEmpty()).isTrue();
        assertThat(report.failed().getFirst().failure())
                .isEqualTo(new Failure(Failure.Kind.WORKER_TROUBLE, 0, "disk full"));
        assertThat(all(handle(new AgentEvent.Connected()), SendHello.class).getFirst().held())
                .containsExactly(new HeldOutputs(STAGE, Ranges.empty()));
    }

    @Test
    void onlyWhatIsLostHasFailed() {
        welcome(spec());
        grant(1, 0, 4);
        handle(ended(0, Optional.empty()), ended(1, Optional.empty()));
        handle(ended(2, Optional.empty()));
        List<AgentCommand> second = handle(new AgentEvent.OutputsSynced(1));
        assertThat(all(second, SyncOutputs.class).getFirst().successes())
                .isEqualTo(Map.of(STAGE, Ranges.between(1, 3)));
        List<AgentCommand> after =
                handle(new AgentEvent.SyncFailed(2, Map.of(STAGE, Ranges.of(1)), "lost"));
        StageReport report = all(after, SendReport.class).getFirst().report().stages().getFirst();
        assertThat(report.succeeded()).hasToString("2");
        assertThat(report.failed().getFirst().tasks()).hasToString("1");
        assertThat(all(handle(new AgentEvent.Connected()), SendHello.class).getFirst().held())
                .containsExactly(
                        new HeldOutputs(
                                STAGE,
                                Ranges.of(
                                        List.of(new Ranges.Range(0, 1), new Ranges.Range(2, 3)))));
    }

    @Test
    void repeatsReportsUntilTheyAreAcknowledged() {
        welcome(spec());
        grant(1, 0, 1);
        handle(ended(0, Optional.empty()), new AgentEvent.OutputsSynced(1));
        handle(new AgentEvent.Disconnected());
        SendHello hello = all(handle(new AgentEvent.Connected()), SendHello.class).getFirst();
        assertThat(hello.outstanding()).hasSize(1);
        assertThat(hello.outstanding().getFirst().reportSequence()).isEqualTo(1);
        assertThat(hello.held()).containsExactly(new HeldOutputs(STAGE, Ranges.of(0)));
        assertThat(all(handle(new AgentEvent.Welcomed(1)), SendReport.class)).hasSize(1);
        handle(new AgentEvent.Acknowledged(1, 1), new AgentEvent.Disconnected());
        List<AgentCommand> third = handle(new AgentEvent.Connected(), new AgentEvent.Welcomed(1));
        assertThat(all(third, SendReport.class)).isEmpty();
        assertThat(all(third, SendHello.class).getFirst().outstanding()).isEmpty();
    }

    @Test
    void goesOnWithoutAMasterAndTellsTheNextOne() {
        welcome(spec());
        grant(1, 0, 3);
        handle(new AgentEvent.Disconnected(), ended(0, Optional.empty()));
        handle(new AgentEvent.OutputsSynced(1));
        List<AgentCommand> next = handle(new AgentEvent.Connected(), new AgentEvent.Welcomed(2));
        assertThat(all(next, SendHello.class).getFirst().outstanding()).hasSize(2);
        assertThat(all(next, SendReport.class)).hasSize(1);
    }

    @Test
    void obeysNoLowerEpoch() {
        welcome(spec());
        handle(new AgentEvent.Welcomed(5));
        assertThat(started(grant(1, 0, 1))).isEmpty();
        assertThat(agent.load().queued()).isZero();
        assertThat(started(handle(new AgentEvent.Granted(5, STAGE, 1, Ranges.of(0)))))
                .containsExactly(0);
    }

    @Test
    void aRepeatedGrantStartsNothingTwice() {
        welcome(spec());
        grant(1, 0, 3);
        handle(ended(0, Optional.empty()));
        grant(1, 0, 3);
        assertThat(agent.load()).isEqualTo(new Agent.Load(2_000, 0, 2, 0));
    }

    @Test
    void aNewAttemptWaitsForTheOldOneToEnd() {
        welcome(spec());
        grant(1, 0, 1);
        assertThat(started(grant(2, 0, 1))).isEmpty();
        List<AgentCommand> commands = handle(ended(0, Optional.empty()));
        assertThat(all(commands, StartAttempt.class).getFirst().attempt()).isEqualTo(2);
    }

    @Test
    void stopsGentlyThenKills() {
        welcome(spec());
        grant(1, 0, 3);
        AgentEvent stop = new AgentEvent.StopRequested(1, STAGE, Ranges.between(1, 3), 2);
        assertThat(all(handle(stop), SignalAttempt.class))
                .containsExactly(new SignalAttempt(new TaskRef(STAGE, 1), 1, 2));
        now = now.plus(Duration.ofSeconds(4));
        assertThat(all(handle(new AgentEvent.Tick()), SignalAttempt.class)).isEmpty();
        now = now.plus(SECOND);
        assertThat(all(handle(new AgentEvent.Tick()), SignalAttempt.class))
                .containsExactly(new SignalAttempt(new TaskRef(STAGE, 1), 1, 9));
        handle(ended(1, Optional.empty()), new AgentEvent.OutputsSynced(1));
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(2));
        StageReport report = all(after, SendReport.class).getFirst().report().stages().getFirst();
        assertThat(report.failed().getFirst().failure().kind()).isEqualTo(Failure.Kind.CANCELLED);
    }

    @Test
    void aTimeoutIsATimeoutHoweverTheProcessEnds() {
        welcome(spec(Resources.cpu(1_000), Optional.of(SECOND)));
        grant(1, 0, 1);
        now = now.plus(SECOND);
        assertThat(all(handle(new AgentEvent.Tick()), SignalAttempt.class).getFirst().signal())
                .isEqualTo(15);
        handle(new AgentEvent.OutputsSynced(1));
        handle(ended(0, Optional.of(new Failure(Failure.Kind.SIGNAL, 15, ""))));
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(2));
        assertThat(after.toString()).contains("TIMEOUT");
    }

    @Test
    void givesBackOnlyWhatHasNotStarted() {
        welcome(spec());
        grant(1, 0, 5);
        handle(new AgentEvent.Revoked(1, STAGE, Ranges.between(1, 5)));
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(1));
        assertThat(all(after, SendReport.class).getFirst().report().stages().getFirst().released())
                .hasToString("2-4");
        assertThat(agent.load()).isEqualTo(new Agent.Load(2_000, 0, 2, 0));
    }

    @Test
    void whatWasGivenBackMayComeAgainBeforeTheAcknowledgement() {
        welcome(spec());
        grant(1, 0, 3);
        handle(new AgentEvent.Revoked(1, STAGE, Ranges.of(2)));
        handle(new AgentEvent.OutputsSynced(1));
        grant(1, 2, 3);
        assertThat(agent.load()).isEqualTo(new Agent.Load(2_000, 0, 2, 1));
    }

    @Test
    void aSuccessThatCameTooLateLeavesNoOutput() {
        welcome(spec());
        grant(1, 0, 1);
        handle(new AgentEvent.StopRequested(1, STAGE, Ranges.of(0), 15));
        List<AgentCommand> after = handle(ended(0, Optional.empty()));
        assertThat(all(after, DropOutputs.class))
                .containsExactly(new DropOutputs(STAGE, Ranges.of(0)));
    }

    @Test
    void aSuccessThatCameTooLateLeavesTheOutputOfAnEarlierOne() {
        welcome(spec());
        grant(1, 0, 1);
        handle(ended(0, Optional.empty()), new AgentEvent.OutputsSynced(1));
        grant(2, 0, 1);
        handle(new AgentEvent.StopRequested(1, STAGE, Ranges.of(0), 15));
        List<AgentCommand> after =
                handle(
                        new AgentEvent.AttemptEnded(
                                new TaskRef(STAGE, 0), 2, Optional.empty(), SECOND, false));
        assertThat(all(after, DropOutputs.class)).isEmpty();
    }

    @Test
    void reportsTheStartOfALongTask() {
        welcome(spec());
        grant(1, 0, 1);
        now = now.plus(Duration.ofMillis(60));
        assertThat(all(handle(new AgentEvent.Tick()), SyncOutputs.class)).hasSize(1);
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(1));
        assertThat(all(after, SendReport.class).getFirst().report().stages().getFirst().started())
                .hasToString("0");
        assertThat(all(handle(new AgentEvent.Tick()), SyncOutputs.class)).isEmpty();
    }

    @Test
    void forgetsAJobOnceNothingOfItRuns() {
        welcome(spec());
        grant(1, 0, 5);
        List<AgentCommand> commands = handle(new AgentEvent.Forgotten(1, STAGE.job()));
        assertThat(all(commands, SignalAttempt.class)).hasSize(2);
        assertThat(all(commands, AgentCommand.DropJob.class)).isEmpty();
        List<AgentCommand> after = handle(ended(0, Optional.empty()), ended(1, Optional.empty()));
        assertThat(after).containsExactly(new AgentCommand.DropJob(STAGE.job()));
        assertThat(agent.load()).isEqualTo(new Agent.Load(0, 0, 0, 0));
    }

    @Test
    void namesEveryStageOfWhichSomethingIsLeftUntilItIsForgotten() {
        StageRef failedBefore = new StageRef(new JobId(2), 0);
        Agent restarted =
                new Agent(offer, AgentLimits.defaults(), Map.of(failedBefore, Ranges.empty()));
        restarted.handle(now, new AgentEvent.Introduced(1, STAGE, spec()));
        assertThat(all(restarted.handle(now, new AgentEvent.Connected()), SendHello.class))
                .singleElement()
                .extracting(SendHello::held)
                .isEqualTo(
                        List.of(
                                new HeldOutputs(STAGE, Ranges.empty()),
                                new HeldOutputs(failedBefore, Ranges.empty())));

        assertThat(restarted.handle(now, new AgentEvent.Forgotten(1, failedBefore.job())))
                .containsExactly(new AgentCommand.DropJob(failedBefore.job()));
        restarted.handle(now, new AgentEvent.Forgotten(1, STAGE.job()));
        assertThat(all(restarted.handle(now, new AgentEvent.Connected()), SendHello.class))
                .singleElement()
                .extracting(SendHello::held)
                .isEqualTo(List.of());
    }

    @Test
    void aGrantOfAnUnknownStageFailsVisibly() {
        handle(new AgentEvent.Connected(), new AgentEvent.Welcomed(1));
        grant(1, 0, 2);
        List<AgentCommand> after = handle(new AgentEvent.OutputsSynced(1));
        assertThat(after.toString()).contains("not introduced");
    }
}
