package dev.atoll.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.agent.AgentCommand.DropJob;
import dev.atoll.core.agent.AgentCommand.DropOutputs;
import dev.atoll.core.agent.AgentCommand.SendHello;
import dev.atoll.core.agent.AgentCommand.SendReport;
import dev.atoll.core.agent.AgentCommand.SignalBatch;
import dev.atoll.core.agent.AgentCommand.StartBatch;
import dev.atoll.core.agent.AgentEvent.BatchEnd;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks in programs that stay: neighbours that are short run one after the other, as one. */
class AgentBatchTest {
    private static final StageRef STAGE = new StageRef(new JobId(1), 0);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final Resources offer = new Resources(2_000, 1_000, 0, Collections.emptySortedMap());
    private final Agent agent = new Agent(offer, AgentLimits.defaults(), Map.of());
    private Instant now = Instant.EPOCH;

    private List<AgentCommand> handle(AgentEvent event) {
        List<AgentCommand> commands = agent.handle(now, event);
        agent.validate();
        return commands;
    }

    private List<AgentCommand> welcome(Optional<Duration> timeout) {
        TaskTemplate cold = TaskTemplate.command("true");
        TaskTemplate task =
                new TaskTemplate(
                        cold.command(),
                        cold.environment(),
                        cold.workingDirectory(),
                        cold.items(),
                        cold.input(),
                        cold.outputLimitBytes(),
                        cold.files(),
                        cold.outputs(),
                        cold.shuffle(),
                        Optional.of(new TaskTemplate.Warm(Optional.empty())));
        StageSpec spec =
                new StageSpec("s", 9_000, task, Resources.cpu(1_000), 1, timeout, List.of());
        List<AgentCommand> commands = new ArrayList<>();
        commands.addAll(handle(new AgentEvent.Connected()));
        commands.addAll(handle(new AgentEvent.Welcomed(1)));
        commands.addAll(handle(new AgentEvent.Introduced(1, STAGE, spec)));
        return commands;
    }

    private List<AgentCommand> grant(int attempt, int first, int end) {
        return handle(new AgentEvent.Granted(1, STAGE, attempt, Ranges.between(first, end)));
    }

    private List<AgentCommand> succeeded(int first, int end, Duration runTime) {
        return moved(
                List.of(new BatchEnd(Ranges.between(first, end), Optional.empty(), false)),
                Ranges.empty(),
                runTime);
    }

    private List<AgentCommand> moved(List<BatchEnd> ended, Ranges returned, Duration runTime) {
        return handle(new AgentEvent.BatchMoved(STAGE, 1, ended, returned, runTime));
    }

    private static <T> List<T> all(List<AgentCommand> commands, Class<T> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<Ranges.Range> started(List<AgentCommand> commands) {
        return all(commands, StartBatch.class).stream().map(StartBatch::tasks).toList();
    }

    private static Ranges.Range range(int first, int end) {
        return new Ranges.Range(first, end);
    }

    /** Both rooms are in use, and it is known that a task takes a millisecond. */
    private void warmUp() {
        grant(1, 0, 100);
        succeeded(0, 1, MILLISECOND);
        succeeded(1, 2, MILLISECOND);
    }

    @Test
    void firstTasksRunAlone_andShortOnesTogether() {
        welcome(Optional.empty());

        assertThat(started(grant(1, 0, 100))).containsExactly(range(0, 1), range(1, 2));
        assertThat(started(succeeded(0, 1, MILLISECOND))).containsExactly(range(2, 12));
        assertThat(started(succeeded(1, 2, MILLISECOND))).containsExactly(range(12, 22));
        assertThat(agent.load().cpuMillisUsed()).isEqualTo(2_000);
        assertThat(agent.load().queued()).isEqualTo(78);
    }

    @Test
    void batchTakesItsRoomUntilAllOfItHasEnded() {
        welcome(Optional.empty());
        warmUp();

        assertThat(started(succeeded(2, 8, MILLISECOND.multipliedBy(6)))).isEmpty();
        assertThat(started(succeeded(8, 12, MILLISECOND.multipliedBy(4))))
                .containsExactly(range(22, 32));
    }

    @Test
    void fewTasksAreSpreadOverTheRooms() {
        welcome(Optional.empty());
        grant(1, 0, 1);
        succeeded(0, 1, MILLISECOND);

        assertThat(started(grant(1, 10, 16))).containsExactly(range(10, 13), range(13, 16));
    }

    @Test
    void whatWasTriedBeforeRunsAlone() {
        welcome(Optional.empty());
        grant(1, 0, 1);
        succeeded(0, 1, MILLISECOND);

        assertThat(started(grant(2, 10, 12))).containsExactly(range(10, 11), range(11, 12));
    }

    @Test
    void firstOfABatchIsTriedAgainOnceTheBatchIsOver() {
        welcome(Optional.empty());
        grant(1, 0, 1);
        succeeded(0, 1, MILLISECOND);
        grant(1, 10, 13);
        succeeded(12, 13, MILLISECOND);
        BatchEnd failed =
                new BatchEnd(Ranges.of(10), Optional.of(Failure.of(Failure.Kind.NOT_FOUND)), false);
        moved(List.of(failed), Ranges.empty(), MILLISECOND);

        assertThat(started(grant(2, 10, 11))).isEmpty();
        assertThat(started(succeeded(11, 12, MILLISECOND))).containsExactly(range(10, 11));
    }

    @Test
    void tellsOfAllThatHasEnded() {
        welcome(Optional.empty());
        warmUp();
        moved(
                List.of(
                        new BatchEnd(Ranges.between(2, 5), Optional.empty(), false),
                        new BatchEnd(
                                Ranges.of(5),
                                Optional.of(Failure.of(Failure.Kind.NOT_FOUND)),
                                false)),
                Ranges.empty(),
                MILLISECOND);
        List<StageReport> reports = new ArrayList<>();
        for (long sync = 1; sync <= 2; sync++) {
            now = now.plusSeconds(1);
            for (SendReport report :
                    all(handle(new AgentEvent.OutputsSynced(sync)), SendReport.class)) {
                reports.addAll(report.report().stages());
            }
        }

        assertThat(reports.getLast().succeeded()).hasToString("1-4");
        assertThat(reports.getLast().failed().getFirst().tasks()).hasToString("5");
    }

    @Test
    void whatWaitsForALongTaskIsTakenBackAndRunsElsewhere() {
        welcome(Optional.empty());
        warmUp();
        succeeded(2, 4, MILLISECOND);

        now = now.plusMillis(60);
        SignalBatch cut = all(handle(new AgentEvent.Tick()), SignalBatch.class).getFirst();

        assertThat(cut.tasks()).hasToString("5-11");
        assertThat(cut.signal()).isZero();
        assertThat(all(handle(new AgentEvent.Tick()), SignalBatch.class)).isEmpty();
        moved(List.of(), Ranges.between(5, 12), Duration.ZERO);
        assertThat(agent.load().queued()).isEqualTo(78 + 7);
        assertThat(started(succeeded(12, 22, MILLISECOND)).getFirst().first()).isEqualTo(5);
    }

    @Test
    void cancelledTasksEndAsCancelled_whetherTheyBeganOrNot() {
        welcome(Optional.empty());
        warmUp();
        SignalBatch signal =
                all(
                                handle(
                                        new AgentEvent.StopRequested(
                                                1, STAGE, Ranges.between(0, 12), 15)),
                                SignalBatch.class)
                        .getFirst();

        assertThat(signal.tasks()).hasToString("2-11");
        List<AgentCommand> commands =
                moved(
                        List.of(new BatchEnd(Ranges.of(2), Optional.empty(), false)),
                        Ranges.between(3, 12),
                        MILLISECOND);
        assertThat(all(commands, DropOutputs.class).getFirst().tasks()).hasToString("2");
        assertThat(agent.load().queued()).isEqualTo(68);
        assertThat(started(commands)).containsExactly(range(22, 32));
    }

    @Test
    void whatDoesNotStopIsKilled() {
        welcome(Optional.empty());
        warmUp();
        handle(new AgentEvent.StopRequested(1, STAGE, Ranges.of(2), 15));

        now = now.plusSeconds(4);
        assertThat(all(handle(new AgentEvent.Tick()), SignalBatch.class))
                .extracting(SignalBatch::signal)
                .doesNotContain(9);
        now = now.plusSeconds(2);
        List<SignalBatch> signals = all(handle(new AgentEvent.Tick()), SignalBatch.class);

        assertThat(signals).extracting(SignalBatch::signal).contains(9);
        assertThat(signals.getFirst().tasks()).hasToString("2");
    }

    @Test
    void timeoutIsThatOfTheTaskThatRuns() {
        welcome(Optional.of(Duration.ofSeconds(1)));
        warmUp();
        now = now.plusMillis(900);
        succeeded(2, 3, MILLISECOND);
        succeeded(12, 22, MILLISECOND);
        now = now.plusMillis(900);
        assertThat(all(handle(new AgentEvent.Tick()), SignalBatch.class))
                .extracting(SignalBatch::signal)
                .doesNotContain(15);

        now = now.plusMillis(200);
        List<SignalBatch> signals = all(handle(new AgentEvent.Tick()), SignalBatch.class);

        assertThat(signals.getFirst().tasks()).hasToString("3");
        assertThat(signals.getFirst().signal()).isEqualTo(15);
    }

    @Test
    void forgottenJobIsDroppedOnceNothingOfItRuns() {
        welcome(Optional.empty());
        warmUp();
        List<AgentCommand> commands = handle(new AgentEvent.Forgotten(1, STAGE.job()));

        assertThat(all(commands, SignalBatch.class))
                .extracting(SignalBatch::signal)
                .containsOnly(9);
        succeeded(2, 3, MILLISECOND);
        moved(List.of(), Ranges.between(3, 12), Duration.ZERO);
        List<AgentCommand> last = moved(List.of(), Ranges.between(12, 22), Duration.ZERO);
        assertThat(all(last, DropJob.class)).hasSize(1);
        assertThat(agent.load()).isEqualTo(new Agent.Load(0, 0, 0, 0));
    }

    @Test
    void nextMasterHearsOfAllTasksOfABatch() {
        welcome(Optional.empty());
        warmUp();
        succeeded(2, 5, MILLISECOND);
        handle(new AgentEvent.Disconnected());

        SendHello hello = all(handle(new AgentEvent.Connected()), SendHello.class).getFirst();

        assertThat(hello.outstanding().getFirst().tasks()).hasToString("0-99");
    }
}
