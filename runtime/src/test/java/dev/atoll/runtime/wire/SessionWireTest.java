package dev.atoll.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.worker.v1.HelloPart;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.runtime.grpc.GrpcServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class SessionWireTest {
    private static final WorkerId WORKER = new WorkerId("w1");
    private static final StageRef STAGE = new StageRef(new JobId(7), 1);
    private static final Ranges TASKS =
            Ranges.of(List.of(new Ranges.Range(3, 5), new Ranges.Range(9, 10)));
    private static final StageSpec SPEC =
            new StageSpec(
                    "stage-1",
                    10,
                    TaskTemplate.command("true"),
                    Resources.cpu(1_000),
                    1,
                    Optional.empty(),
                    List.of());

    @Test
    void everyCommandBecomesItsOrder() {
        OpenSessionResponse message =
                OpenSessionResponse.newBuilder()
                        .setEpoch(42)
                        .addAllOrders(
                                List.of(
                                        order(new SchedulerCommand.Welcome(WORKER, 1)),
                                        order(
                                                new SchedulerCommand.Introduce(
                                                        WORKER, 1, STAGE, SPEC)),
                                        order(
                                                new SchedulerCommand.Grant(
                                                        WORKER, 1, STAGE, 2, TASKS)),
                                        order(new SchedulerCommand.Revoke(WORKER, 1, STAGE, TASKS)),
                                        order(
                                                new SchedulerCommand.Stop(
                                                        WORKER, 1, STAGE, TASKS, 15)),
                                        order(new SchedulerCommand.Acknowledge(WORKER, 1, 12)),
                                        order(
                                                new SchedulerCommand.Discard(
                                                        WORKER, 1, STAGE, TASKS)),
                                        order(
                                                new SchedulerCommand.Forget(
                                                        WORKER, 1, new JobId(7)))))
                        .build();

        assertThat(OrderWire.fromProto(message))
                .containsExactly(
                        new AgentEvent.Welcomed(42),
                        new AgentEvent.Introduced(42, STAGE, SPEC),
                        new AgentEvent.Granted(42, STAGE, 2, TASKS),
                        new AgentEvent.Revoked(42, STAGE, TASKS),
                        new AgentEvent.StopRequested(42, STAGE, TASKS, 15),
                        new AgentEvent.Acknowledged(42, 12),
                        new AgentEvent.Discarded(42, STAGE, TASKS),
                        new AgentEvent.Forgotten(42, new JobId(7)));
        assertThat(OrderWire.heartbeatInterval(message)).contains(Duration.ofSeconds(1));
    }

    @Test
    void aCloseIsSaidByTheEndOfTheStream() {
        assertThat(
                        OrderWire.toProto(
                                new SchedulerCommand.Close(WORKER, 1, "silent"), Duration.ZERO))
                .isEmpty();
    }

    @Test
    void anEmptyOrderIsThePeersFault() {
        OpenSessionResponse message =
                OpenSessionResponse.newBuilder().addOrders(Order.getDefaultInstance()).build();

        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> OrderWire.fromProto(message));
    }

    @Test
    void aHelloSurvivesTheWayThereAndBack() {
        var attempts = new SchedulerEvent.StageAttempts(STAGE, 41, 2, TASKS, 7);
        var held = new SchedulerEvent.HeldOutputs(STAGE, TASKS);
        var introduction =
                new HelloWire.Introduction(WORKER, 5, "127.0.0.1:80", Resources.cpu(2_000));

        var messages =
                HelloWire.toProto(
                        new AgentCommand.SendHello(41, List.of(attempts), List.of(held)),
                        introduction);

        assertThat(messages).hasSize(1);
        var hello = messages.getFirst().getHello();
        assertThat(hello.getEpoch()).isEqualTo(41);
        assertThat(hello.getProtocolVersion()).isEqualTo(HelloWire.PROTOCOL_VERSION);
        assertThat(HelloWire.fromProto(hello, List.of(), "cause", 3))
                .isEqualTo(
                        new SchedulerEvent.WorkerConnected(
                                "cause",
                                WORKER,
                                5,
                                3,
                                "127.0.0.1:80",
                                Resources.cpu(2_000),
                                List.of(attempts),
                                List.of(held)));
    }

    @Test
    void aHelloOfAnySizeGoesInMessagesThatEveryMasterTakes() {
        RangeSet scattered = new RangeSet();
        for (int task = 0; task < 2_000_000; task += 2) {
            scattered.add(task, task + 1);
        }
        List<SchedulerEvent.HeldOutputs> held = new ArrayList<>();
        held.add(new SchedulerEvent.HeldOutputs(STAGE, scattered.toRanges()));
        for (int job = 1; job < 50_000; job++) {
            held.add(
                    new SchedulerEvent.HeldOutputs(
                            new StageRef(new JobId(1_000_000 + job), 0), Ranges.empty()));
        }
        var attempts = new SchedulerEvent.StageAttempts(STAGE, 41, 2, scattered.toRanges(), 7);
        var hello = new AgentCommand.SendHello(41, List.of(attempts), held);

        List<OpenSessionRequest> messages =
                HelloWire.toProto(
                        hello,
                        new HelloWire.Introduction(
                                WORKER, 5, "127.0.0.1:80", Resources.cpu(2_000)));

        assertThat(messages)
                .allMatch(it -> it.getSerializedSize() < GrpcServer.MESSAGE_BYTES_MAX / 2);
        List<HelloPart> parts =
                messages.stream().skip(1).map(OpenSessionRequest::getHelloPart).toList();
        assertThat(messages.getFirst().getHello().getHasMore()).isTrue();
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(HelloPart::getHasMore);
        assertThat(parts.getLast().getHasMore()).isFalse();
        SchedulerEvent.WorkerConnected event =
                HelloWire.fromProto(messages.getFirst().getHello(), parts, "cause", 3);
        assertThat(event.held()).isEqualTo(held);
        RangeSet outstanding = new RangeSet();
        event.outstanding().forEach(some -> outstanding.addAll(some.tasks()));
        assertThat(outstanding.toRanges()).isEqualTo(scattered.toRanges());
    }

    @ParameterizedTest
    @EnumSource
    void aReportSurvivesTheWayThereAndBack(Failure.Kind kind) {
        var report =
                new SchedulerEvent.StageReport(
                        STAGE,
                        41,
                        2,
                        Ranges.of(1),
                        TASKS,
                        Ranges.of(TASKS.first()),
                        List.of(
                                new SchedulerEvent.FailedTasks(
                                        new Failure(kind, 3, "why"), Ranges.of(6))),
                        Ranges.of(8),
                        Duration.ofMillis(1_234));
        SchedulerEvent.CopyTrouble trouble =
                new SchedulerEvent.CopyTrouble(Ranges.of(3), true, "not there");
        SchedulerEvent.Report all =
                new SchedulerEvent.Report(
                        List.of(report),
                        List.of(
                                new SchedulerEvent.CopyReport(
                                        5, 41, STAGE, TASKS, Optional.of(trouble), true),
                                new SchedulerEvent.CopyReport(
                                        6, 41, STAGE, TASKS, Optional.empty(), false)),
                        List.of(new SchedulerEvent.HeldOutputs(STAGE, Ranges.of(7))));

        var message = ReportWire.toProto(new AgentCommand.SendReport(9, all));

        assertThat(ReportWire.fromProto(message, "cause", WORKER, 3))
                .isEqualTo(new SchedulerEvent.WorkerReported("cause", WORKER, 3, 9, all));
    }

    @Test
    void aReportWithoutASequenceIsThePeersFault() {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(
                        () -> ReportWire.fromProto(Report.getDefaultInstance(), "cause", WORKER, 3))
                .withMessageStartingWith("report.sequence");
    }

    @Test
    void rangesThatDoNotAscendAreThePeersFault() {
        for (List<Integer> bounds :
                List.of(
                        List.of(1),
                        List.of(-1, 2),
                        List.of(1, 0),
                        List.of(5, 2, 6, 1),
                        List.of(0, StageSpec.TASK_COUNT_MAX + 1),
                        List.of(Integer.MAX_VALUE, Integer.MAX_VALUE))) {
            TaskRanges message = TaskRanges.newBuilder().addAllBounds(bounds).build();

            assertThatExceptionOfType(MalformedMessageException.class)
                    .isThrownBy(() -> RangesWire.fromProto(message, "tasks"))
                    .withMessageStartingWith("tasks: ");
        }
    }

    @Test
    void neighbouringRangesBecomeOne() {
        TaskRanges message = TaskRanges.newBuilder().addAllBounds(List.of(0, 2, 2, 3)).build();

        assertThat(RangesWire.fromProto(message, "tasks")).isEqualTo(Ranges.between(0, 5));
    }

    private static Order order(SchedulerCommand.ToWorker command) {
        return OrderWire.toProto(command, Duration.ofSeconds(1)).orElseThrow();
    }
}
