package dev.atoll.runtime.wire;

import static dev.atoll.runtime.wire.StageWire.attempt;
import static dev.atoll.runtime.wire.StageWire.stageRef;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.proto.worker.v1.FailedTasks;
import dev.atoll.proto.worker.v1.HeldOutputs;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.proto.worker.v1.StageAttempts;
import dev.atoll.proto.worker.v1.StageReport;

import java.util.ArrayList;
import java.util.List;

/** What a worker tells its master: the agent's commands as messages, and those as events. */
public final class ReportWire {
    /** The protocol version of this build's sessions. */
    public static final int PROTOCOL_VERSION = 1;

    private ReportWire() {}

    /**
     * Who a worker is.
     *
     * @param incarnation grows with each start
     * @param address where it serves, "host:port"
     * @param offer what it offers
     */
    public record Introduction(
            WorkerId worker, long incarnation, String address, Resources offer) {}

    /** The first message of a session. */
    public static Hello toProto(AgentCommand.SendHello hello, Introduction introduction) {
        Hello.Builder message =
                Hello.newBuilder()
                        .setProtocolVersion(PROTOCOL_VERSION)
                        .setWorkerId(introduction.worker().value())
                        .setIncarnation(introduction.incarnation())
                        .setAddress(introduction.address())
                        .setResources(SpecWire.toProto(introduction.offer()))
                        .setEpoch(hello.epoch());
        hello.outstanding().forEach(attempts -> message.addOutstanding(toProto(attempts)));
        hello.held().forEach(held -> message.addHeld(toProto(held)));
        return message.build();
    }

    /**
     * From the first message of a session; protocol version and epoch are the caller's to judge.
     *
     * @param cause names the stimulus
     * @param session names the session
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static SchedulerEvent.WorkerConnected fromProto(
            Hello message, String cause, long session) {
        List<SchedulerEvent.StageAttempts> outstanding = new ArrayList<>();
        message.getOutstandingList().forEach(attempts -> outstanding.add(fromProto(attempts)));
        List<SchedulerEvent.HeldOutputs> held = new ArrayList<>();
        message.getHeldList().forEach(outputs -> held.add(fromProto(outputs)));
        return new SchedulerEvent.WorkerConnected(
                cause,
                SpecWire.modelled("hello.worker_id", () -> new WorkerId(message.getWorkerId())),
                message.getIncarnation(),
                session,
                message.getAddress(),
                SpecWire.fromProto(message.getResources(), "hello.resources"),
                outstanding,
                held);
    }

    /** What has happened to tasks. */
    public static Report toProto(AgentCommand.SendReport report) {
        Report.Builder message = Report.newBuilder().setSequence(report.sequence());
        report.reports().forEach(stage -> message.addStages(toProto(stage)));
        return message.build();
    }

    /**
     * From what has happened to tasks.
     *
     * @param cause names the stimulus
     * @param session names the session that it came in
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static SchedulerEvent.WorkerReported fromProto(
            Report message, String cause, WorkerId worker, long session) {
        if (message.getSequence() < 1) {
            throw new MalformedMessageException(
                    "report.sequence", "at least 1, not " + message.getSequence());
        }
        List<SchedulerEvent.StageReport> reports = new ArrayList<>(message.getStagesCount());
        message.getStagesList().forEach(stage -> reports.add(fromProto(stage)));
        return new SchedulerEvent.WorkerReported(
                cause, worker, session, message.getSequence(), reports);
    }

    private static StageAttempts toProto(SchedulerEvent.StageAttempts attempts) {
        return StageAttempts.newBuilder()
                .setJobId(attempts.stage().job().value())
                .setStage(attempts.stage().stage())
                .setEpoch(attempts.epoch())
                .setAttempt(attempts.attempt())
                .setTasks(RangesWire.toProto(attempts.tasks()))
                .setReportSequence(attempts.reportSequence())
                .build();
    }

    private static SchedulerEvent.StageAttempts fromProto(StageAttempts message) {
        return new SchedulerEvent.StageAttempts(
                stageRef(message.getJobId(), message.getStage(), "outstanding"),
                message.getEpoch(),
                attempt(message.getAttempt(), "outstanding"),
                RangesWire.fromProto(message.getTasks(), "outstanding.tasks"),
                message.getReportSequence());
    }

    private static HeldOutputs toProto(SchedulerEvent.HeldOutputs held) {
        return HeldOutputs.newBuilder()
                .setJobId(held.stage().job().value())
                .setStage(held.stage().stage())
                .setTasks(RangesWire.toProto(held.tasks()))
                .build();
    }

    private static SchedulerEvent.HeldOutputs fromProto(HeldOutputs message) {
        return new SchedulerEvent.HeldOutputs(
                stageRef(message.getJobId(), message.getStage(), "held"),
                RangesWire.fromProto(message.getTasks(), "held.tasks"));
    }

    private static StageReport toProto(SchedulerEvent.StageReport report) {
        StageReport.Builder message =
                StageReport.newBuilder()
                        .setJobId(report.stage().job().value())
                        .setStage(report.stage().stage())
                        .setEpoch(report.epoch())
                        .setAttempt(report.attempt())
                        .setStarted(RangesWire.toProto(report.started()))
                        .setSucceeded(RangesWire.toProto(report.succeeded()))
                        .setReleased(RangesWire.toProto(report.released()))
                        .setRunTime(DurationWire.toProto(report.runTime()));
        for (SchedulerEvent.FailedTasks failed : report.failed()) {
            message.addFailed(
                    FailedTasks.newBuilder()
                            .setFailure(FailureWire.toProto(failed.failure()))
                            .setTasks(RangesWire.toProto(failed.tasks())));
        }
        return message.build();
    }

    private static SchedulerEvent.StageReport fromProto(StageReport message) {
        List<SchedulerEvent.FailedTasks> failed = new ArrayList<>(message.getFailedCount());
        for (FailedTasks tasks : message.getFailedList()) {
            failed.add(
                    new SchedulerEvent.FailedTasks(
                            FailureWire.fromProto(tasks.getFailure(), "report.failed.failure"),
                            RangesWire.fromProto(tasks.getTasks(), "report.failed.tasks")));
        }
        return new SchedulerEvent.StageReport(
                stageRef(message.getJobId(), message.getStage(), "report"),
                message.getEpoch(),
                attempt(message.getAttempt(), "report"),
                RangesWire.fromProto(message.getStarted(), "report.started"),
                RangesWire.fromProto(message.getSucceeded(), "report.succeeded"),
                failed,
                RangesWire.fromProto(message.getReleased(), "report.released"),
                DurationWire.fromProto(message.getRunTime(), "report.run_time"));
    }
}
