package dev.atoll.runtime.wire;

import static dev.atoll.runtime.wire.StageWire.attempt;
import static dev.atoll.runtime.wire.StageWire.stageRef;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.worker.v1.HeldOutputs;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.HelloPart;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.StageAttempts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Who a worker is and what it has, in as many messages as that takes, and back. */
public final class HelloWire {
    /* A worker may hold millions of outputs in as many ranges, and one message of all would be
     * refused by every master, for ever. A range takes at most 10 bytes, a stage some 40 more. */
    static final int RANGES_MAX = 20_000;

    /** The protocol version of this build's sessions. */
    public static final int PROTOCOL_VERSION = 2;

    private HelloWire() {}

    /**
     * Who a worker is.
     *
     * @param incarnation grows with each start
     * @param address where it serves, "host:port"
     * @param offer what it offers
     */
    public record Introduction(
            WorkerId worker, long incarnation, String address, Resources offer) {}

    /** The first messages of a session, to be sent in this order before any other. */
    public static List<OpenSessionRequest> toProto(
            AgentCommand.SendHello hello, Introduction introduction) {
        Splitter splitter = new Splitter();
        hello.outstanding().forEach(splitter::add);
        hello.held().forEach(splitter::add);
        List<HelloPart.Builder> parts = splitter.parts;
        List<OpenSessionRequest> messages = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            HelloPart part = parts.get(i).setHasMore(i + 1 < parts.size()).build();
            OpenSessionRequest.Builder message = OpenSessionRequest.newBuilder();
            messages.add(
                    i == 0
                            ? message.setHello(first(hello, introduction, part)).build()
                            : message.setHelloPart(part).build());
        }
        return messages;
    }

    /**
     * From the first messages of a session; protocol version and epoch are the caller's to judge.
     *
     * @param parts what followed the first message
     * @param cause names the stimulus
     * @param session names the session
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static SchedulerEvent.WorkerConnected fromProto(
            Hello message, List<HelloPart> parts, String cause, long session) {
        List<SchedulerEvent.StageAttempts> outstanding = new ArrayList<>();
        Map<StageRef, RangeSet> held = new LinkedHashMap<>();
        take(message.getOutstandingList(), message.getHeldList(), outstanding, held);
        for (HelloPart part : parts) {
            take(part.getOutstandingList(), part.getHeldList(), outstanding, held);
        }
        List<SchedulerEvent.HeldOutputs> outputs = new ArrayList<>();
        held.forEach((stage, tasks) ->
                outputs.add(new SchedulerEvent.HeldOutputs(stage, tasks.toRanges())));
        return new SchedulerEvent.WorkerConnected(
                cause,
                SpecWire.modelled("hello.worker_id", () -> new WorkerId(message.getWorkerId())),
                message.getIncarnation(),
                session,
                message.getAddress(),
                SpecWire.fromProto(message.getResources(), "hello.resources"),
                outstanding,
                outputs);
    }

    private static Hello first(
            AgentCommand.SendHello hello, Introduction introduction, HelloPart part) {
        return Hello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setWorkerId(introduction.worker().value())
                .setIncarnation(introduction.incarnation())
                .setAddress(introduction.address())
                .setResources(SpecWire.toProto(introduction.offer()))
                .setEpoch(hello.epoch())
                .addAllOutstanding(part.getOutstandingList())
                .addAllHeld(part.getHeldList())
                .setHasMore(part.getHasMore())
                .build();
    }

    private static void take(
            List<StageAttempts> attempts,
            List<HeldOutputs> outputs,
            List<SchedulerEvent.StageAttempts> outstanding,
            Map<StageRef, RangeSet> held) {
        attempts.forEach(some -> outstanding.add(fromProto(some)));
        for (HeldOutputs some : outputs) {
            held.computeIfAbsent(
                            stageRef(some.getJobId(), some.getStage(), "held"),
                            ref -> new RangeSet())
                    .addAll(RangesWire.fromProto(some.getTasks(), "held.tasks"));
        }
    }

    private static SchedulerEvent.StageAttempts fromProto(StageAttempts message) {
        return new SchedulerEvent.StageAttempts(
                stageRef(message.getJobId(), message.getStage(), "outstanding"),
                message.getEpoch(),
                attempt(message.getAttempt(), "outstanding"),
                RangesWire.fromProto(message.getTasks(), "outstanding.tasks"),
                message.getReportSequence());
    }

    /** Outputs of one stage, as a part of another message; no more than fit into one. */
    static HeldOutputs toProto(SchedulerEvent.HeldOutputs held) {
        return HeldOutputs.newBuilder()
                .setJobId(held.stage().job().value())
                .setStage(held.stage().stage())
                .setTasks(RangesWire.toProto(held.tasks()))
                .build();
    }

    /** The same back; {@code field} is named where it is malformed. */
    static SchedulerEvent.HeldOutputs fromProto(HeldOutputs message, String field) {
        return new SchedulerEvent.HeldOutputs(
                stageRef(message.getJobId(), message.getStage(), field),
                RangesWire.fromProto(message.getTasks(), field + ".tasks"));
    }

    /** Distributes ranges over parts of a bounded size; what does not fit goes on in the next. */
    private static final class Splitter {
        private final List<HelloPart.Builder> parts =
                new ArrayList<>(List.of(HelloPart.newBuilder()));
        private int room = RANGES_MAX;

        void add(SchedulerEvent.StageAttempts attempts) {
            split(
                    attempts.tasks(),
                    (part, tasks) ->
                            part.addOutstanding(
                                    StageAttempts.newBuilder()
                                            .setJobId(attempts.stage().job().value())
                                            .setStage(attempts.stage().stage())
                                            .setEpoch(attempts.epoch())
                                            .setAttempt(attempts.attempt())
                                            .setTasks(tasks)
                                            .setReportSequence(attempts.reportSequence())));
        }

        void add(SchedulerEvent.HeldOutputs held) {
            split(
                    held.tasks(),
                    (part, tasks) ->
                            part.addHeld(
                                    HeldOutputs.newBuilder()
                                            .setJobId(held.stage().job().value())
                                            .setStage(held.stage().stage())
                                            .setTasks(tasks)));
        }

        private void split(Ranges tasks, BiConsumer<HelloPart.Builder, TaskRanges> adder) {
            int done = 0;
            do {
                if (room == 0) {
                    parts.add(HelloPart.newBuilder());
                    room = RANGES_MAX;
                }
                int end = Math.min(tasks.rangeCount(), done + room);
                adder.accept(parts.getLast(), RangesWire.toProto(tasks, done, end));
                room -= Math.max(1, end - done);
                done = end;
            } while (done < tasks.rangeCount());
        }
    }
}
