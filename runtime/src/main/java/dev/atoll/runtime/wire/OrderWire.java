package dev.atoll.runtime.wire;

import static dev.atoll.runtime.wire.StageWire.jobId;
import static dev.atoll.runtime.wire.StageWire.stageRef;

import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.proto.worker.v1.Acknowledge;
import dev.atoll.proto.worker.v1.CopyOutputs;
import dev.atoll.proto.worker.v1.Discard;
import dev.atoll.proto.worker.v1.ForgetJob;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.IntroduceStage;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.Revoke;
import dev.atoll.proto.worker.v1.Stop;
import dev.atoll.proto.worker.v1.Welcome;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a master tells a worker: the scheduler's commands as orders, and orders as agent events. */
public final class OrderWire {
    private static final int SIGNAL_MAX = 64;

    private OrderWire() {}

    /**
     * As an order; empty where the end of the stream says it.
     *
     * @param heartbeatInterval goes with the welcome
     */
    public static Optional<Order> toProto(
            SchedulerCommand.ToWorker command, Duration heartbeatInterval) {
        return switch (command) {
            case SchedulerCommand.Welcome _ -> Optional.of(welcome(heartbeatInterval));
            case SchedulerCommand.Introduce introduce -> Optional.of(introduction(introduce));
            case SchedulerCommand.Grant grant -> Optional.of(grant(grant));
            case SchedulerCommand.Revoke revoke -> Optional.of(revocation(revoke));
            case SchedulerCommand.Stop stop -> Optional.of(stop(stop));
            case SchedulerCommand.Acknowledge acknowledge ->
                    Optional.of(
                            Order.newBuilder()
                                    .setAcknowledge(
                                            Acknowledge.newBuilder()
                                                    .setSequence(acknowledge.sequence()))
                                    .build());
            case SchedulerCommand.Discard discard -> Optional.of(discard(discard));
            case SchedulerCommand.Copy copy -> Optional.of(copy(copy));
            case SchedulerCommand.Forget forget ->
                    Optional.of(
                            Order.newBuilder()
                                    .setForget(
                                            ForgetJob.newBuilder().setJobId(forget.job().value()))
                                    .build());
            case SchedulerCommand.Close _ -> Optional.empty();
        };
    }

    /**
     * From a message, each order in its turn.
     *
     * @throws MalformedMessageException if any order is none, or breaks a rule of the model
     */
    public static List<AgentEvent.Order> fromProto(OpenSessionResponse message) {
        List<AgentEvent.Order> orders = new ArrayList<>(message.getOrdersCount());
        for (Order order : message.getOrdersList()) {
            orders.add(fromProto(message.getEpoch(), order));
        }
        return orders;
    }

    /** How often the master wants to hear from the worker, if the message welcomes it. */
    public static Optional<Duration> heartbeatInterval(OpenSessionResponse message) {
        return message.getOrdersList().stream()
                .filter(Order::hasWelcome)
                .findFirst()
                .map(order -> order.getWelcome().getHeartbeatInterval())
                .map(interval -> DurationWire.fromProto(interval, "welcome.heartbeat_interval"));
    }

    private static AgentEvent.Order fromProto(long epoch, Order order) {
        return switch (order.getOrderCase()) {
            case WELCOME -> new AgentEvent.Welcomed(epoch);
            case INTRODUCE -> introduced(epoch, order.getIntroduce());
            case GRANT -> granted(epoch, order.getGrant());
            case REVOKE -> revoked(epoch, order.getRevoke());
            case STOP -> stopRequested(epoch, order.getStop());
            case ACKNOWLEDGE ->
                    new AgentEvent.Acknowledged(epoch, order.getAcknowledge().getSequence());
            case DISCARD -> discarded(epoch, order.getDiscard());
            case COPY -> copyOrdered(epoch, order.getCopy());
            case FORGET -> new AgentEvent.Forgotten(epoch, forgotten(order.getForget()));
            case ORDER_NOT_SET -> throw new MalformedMessageException("order", "absent or unknown");
        };
    }

    private static Order welcome(Duration heartbeatInterval) {
        return Order.newBuilder()
                .setWelcome(
                        Welcome.newBuilder()
                                .setHeartbeatInterval(DurationWire.toProto(heartbeatInterval)))
                .build();
    }

    private static Order introduction(SchedulerCommand.Introduce introduce) {
        return Order.newBuilder()
                .setIntroduce(
                        IntroduceStage.newBuilder()
                                .setJobId(introduce.stage().job().value())
                                .setStage(introduce.stage().stage())
                                .setSpec(SpecWire.toProto(introduce.spec())))
                .build();
    }

    private static Order grant(SchedulerCommand.Grant grant) {
        return Order.newBuilder()
                .setGrant(
                        Grant.newBuilder()
                                .setJobId(grant.stage().job().value())
                                .setStage(grant.stage().stage())
                                .setAttempt(grant.attempt())
                                .setTasks(RangesWire.toProto(grant.tasks())))
                .build();
    }

    private static Order revocation(SchedulerCommand.Revoke revoke) {
        return Order.newBuilder()
                .setRevoke(
                        Revoke.newBuilder()
                                .setJobId(revoke.stage().job().value())
                                .setStage(revoke.stage().stage())
                                .setTasks(RangesWire.toProto(revoke.tasks())))
                .build();
    }

    private static Order stop(SchedulerCommand.Stop stop) {
        return Order.newBuilder()
                .setStop(
                        Stop.newBuilder()
                                .setJobId(stop.stage().job().value())
                                .setStage(stop.stage().stage())
                                .setTasks(RangesWire.toProto(stop.tasks()))
                                .setSignal(stop.signal()))
                .build();
    }

    private static Order copy(SchedulerCommand.Copy copy) {
        return Order.newBuilder()
                .setCopy(
                        CopyOutputs.newBuilder()
                                .setCopy(copy.copy())
                                .setJobId(copy.stage().job().value())
                                .setStage(copy.stage().stage())
                                .setTasks(RangesWire.toProto(copy.tasks()))
                                .setSourceAddress(copy.source().address())
                                .setSourceWorkerId(copy.source().worker().value()))
                .build();
    }

    private static Order discard(SchedulerCommand.Discard discard) {
        return Order.newBuilder()
                .setDiscard(
                        Discard.newBuilder()
                                .setJobId(discard.stage().job().value())
                                .setStage(discard.stage().stage())
                                .setTasks(RangesWire.toProto(discard.tasks())))
                .build();
    }

    private static AgentEvent.Introduced introduced(long epoch, IntroduceStage introduce) {
        StageRef stage = stageRef(introduce.getJobId(), introduce.getStage(), "introduce");
        return new AgentEvent.Introduced(
                epoch, stage, SpecWire.fromProto(introduce.getSpec(), stage.stage()));
    }

    private static AgentEvent.Granted granted(long epoch, Grant grant) {
        return new AgentEvent.Granted(
                epoch,
                stageRef(grant.getJobId(), grant.getStage(), "grant"),
                StageWire.attempt(grant.getAttempt(), "grant"),
                RangesWire.fromProto(grant.getTasks(), "grant.tasks"));
    }

    private static AgentEvent.Revoked revoked(long epoch, Revoke revoke) {
        return new AgentEvent.Revoked(
                epoch,
                stageRef(revoke.getJobId(), revoke.getStage(), "revoke"),
                RangesWire.fromProto(revoke.getTasks(), "revoke.tasks"));
    }

    private static AgentEvent.StopRequested stopRequested(long epoch, Stop stop) {
        if (stop.getSignal() < 1 || stop.getSignal() > SIGNAL_MAX) {
            throw new MalformedMessageException("stop.signal", "no signal: " + stop.getSignal());
        }
        return new AgentEvent.StopRequested(
                epoch,
                stageRef(stop.getJobId(), stop.getStage(), "stop"),
                RangesWire.fromProto(stop.getTasks(), "stop.tasks"),
                stop.getSignal());
    }

    private static AgentEvent.CopyOrdered copyOrdered(long epoch, CopyOutputs copy) {
        return new AgentEvent.CopyOrdered(
                epoch,
                copy.getCopy(),
                stageRef(copy.getJobId(), copy.getStage(), "copy"),
                RangesWire.fromProto(copy.getTasks(), "copy.tasks"),
                SpecWire.modelled(
                        "copy.source_worker_id",
                        () ->
                                new CopySource(
                                        new WorkerId(copy.getSourceWorkerId()),
                                        copy.getSourceAddress())));
    }

    private static AgentEvent.Discarded discarded(long epoch, Discard discard) {
        return new AgentEvent.Discarded(
                epoch,
                stageRef(discard.getJobId(), discard.getStage(), "discard"),
                RangesWire.fromProto(discard.getTasks(), "discard.tasks"));
    }

    private static JobId forgotten(ForgetJob forget) {
        return jobId(forget.getJobId(), "forget");
    }
}
