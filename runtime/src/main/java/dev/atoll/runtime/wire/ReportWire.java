package dev.atoll.runtime.wire;

import static dev.atoll.runtime.wire.StageWire.attempt;
import static dev.atoll.runtime.wire.StageWire.stageRef;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.proto.worker.v1.CopyReport;
import dev.atoll.proto.worker.v1.FailedTasks;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.proto.worker.v1.StageReport;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a worker tells its master of its tasks: a command of the agent as a message, and back. */
public final class ReportWire {
    private ReportWire() {}

    /** What has happened to tasks. */
    public static Report toProto(AgentCommand.SendReport report) {
        Report.Builder message = Report.newBuilder().setSequence(report.sequence());
        report.report().stages().forEach(stage -> message.addStages(toProto(stage)));
        report.report().copies().forEach(copy -> message.addCopies(toProto(copy)));
        report.report()
                .damaged()
                .forEach(damaged -> message.addDamaged(HelloWire.toProto(damaged)));
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
        List<SchedulerEvent.CopyReport> copies = new ArrayList<>(message.getCopiesCount());
        message.getCopiesList().forEach(copy -> copies.add(fromProto(copy)));
        List<SchedulerEvent.HeldOutputs> damaged = new ArrayList<>(message.getDamagedCount());
        message.getDamagedList()
                .forEach(outputs -> damaged.add(HelloWire.fromProto(outputs, "report.damaged")));
        return new SchedulerEvent.WorkerReported(
                cause,
                worker,
                session,
                message.getSequence(),
                new SchedulerEvent.Report(reports, copies, damaged));
    }

    private static CopyReport toProto(SchedulerEvent.CopyReport copy) {
        CopyReport.Builder message =
                CopyReport.newBuilder()
                        .setCopy(copy.copy())
                        .setEpoch(copy.epoch())
                        .setJobId(copy.stage().job().value())
                        .setStage(copy.stage().stage())
                        .setCopied(RangesWire.toProto(copy.copied()))
                        .setOver(copy.isOver());
        copy.trouble()
                .ifPresent(trouble ->
                        message.setFailed(RangesWire.toProto(trouble.tasks()))
                                .setSourceToBlame(trouble.isSourceToBlame())
                                .setDetail(trouble.detail()));
        return message.build();
    }

    private static SchedulerEvent.CopyReport fromProto(CopyReport message) {
        Ranges failed = RangesWire.fromProto(message.getFailed(), "report.copies.failed");
        return new SchedulerEvent.CopyReport(
                message.getCopy(),
                message.getEpoch(),
                stageRef(message.getJobId(), message.getStage(), "report.copies"),
                RangesWire.fromProto(message.getCopied(), "report.copies.copied"),
                failed.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new SchedulerEvent.CopyTrouble(
                                        failed, message.getSourceToBlame(), message.getDetail())),
                message.getOver());
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
                        .setSilent(RangesWire.toProto(report.silent()))
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
                RangesWire.fromProto(message.getSilent(), "report.silent"),
                failed,
                RangesWire.fromProto(message.getReleased(), "report.released"),
                DurationWire.fromProto(message.getRunTime(), "report.run_time"));
    }
}
