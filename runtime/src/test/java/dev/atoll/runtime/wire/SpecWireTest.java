package dev.atoll.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Bytes;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.TaskTemplate;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class SpecWireTest {
    private static final BlobRef BLOB = new BlobRef("0f".repeat(32), 1_234);

    @Test
    void aSpecSurvivesTheWayThereAndBack() {
        for (TaskTemplate.Items items :
                List.of(
                        new TaskTemplate.Items.Index(),
                        new TaskTemplate.Items.None(),
                        new TaskTemplate.Items.Sequence(-5, 3),
                        new TaskTemplate.Items.Table(100, List.of(BLOB, BLOB)))) {
            for (TaskTemplate.Input input :
                    List.of(
                            new TaskTemplate.Input.Empty(),
                            new TaskTemplate.Input.Attached(),
                            new TaskTemplate.Input.ItemBlob(),
                            new TaskTemplate.Input.Gathered(0))) {
                for (Optional<BlobRef> files :
                        List.of(Optional.<BlobRef>empty(), Optional.of(BLOB))) {
                    JobSpec spec = spec(items, input, files);

                    assertThat(SpecWire.fromProto(SpecWire.toProto(spec), "request-1"))
                            .isEqualTo(spec);
                }
            }
        }
    }

    @Test
    void aWarmStageSurvivesTheWayThereAndBack() {
        for (Optional<BlobRef> setup : List.of(Optional.<BlobRef>empty(), Optional.of(BLOB))) {
            TaskTemplate plain = TaskTemplate.command("python3", "score.py");
            TaskTemplate warm =
                    new TaskTemplate(
                            plain.command(),
                            plain.environment(),
                            plain.workingDirectory(),
                            plain.items(),
                            plain.input(),
                            plain.outputLimitBytes(),
                            plain.files(),
                            plain.outputs(),
                            plain.shuffle(),
                            Optional.of(new TaskTemplate.Warm(setup)));

            assertThat(TemplateWire.fromProto(TemplateWire.toProto(warm), "task")).isEqualTo(warm);
        }
    }

    @Test
    void listedItemsSurviveTheWayThereAndBack() {
        TaskTemplate plain = TaskTemplate.command("echo", "{}");
        byte[] bytes = {0, -1, 7};
        TaskTemplate listed =
                new TaskTemplate(
                        plain.command(),
                        plain.environment(),
                        plain.workingDirectory(),
                        new TaskTemplate.Items.Listed(
                                List.of(Bytes.copyOf(bytes), Bytes.copyOf(new byte[0]))),
                        plain.input(),
                        plain.outputLimitBytes(),
                        plain.files(),
                        plain.outputs(),
                        plain.shuffle(),
                        plain.warm());

        assertThat(TemplateWire.fromProto(TemplateWire.toProto(listed), "task")).isEqualTo(listed);
    }

    @Test
    void aPipeSurvivesTheWayThereAndBack() {
        for (boolean exitCounts : new boolean[] {false, true}) {
            TaskTemplate plain = TaskTemplate.command("cat");
            TaskTemplate piped =
                    new TaskTemplate(
                            plain.command(),
                            plain.environment(),
                            plain.workingDirectory(),
                            plain.items(),
                            new TaskTemplate.Input.Piped(),
                            plain.outputLimitBytes(),
                            plain.files(),
                            plain.outputs(),
                            plain.shuffle(),
                            plain.warm(),
                            Optional.of(new TaskTemplate.Pipe(exitCounts)));

            assertThat(TemplateWire.fromProto(TemplateWire.toProto(piped), "task"))
                    .isEqualTo(piped);
        }
    }

    @Test
    void whatIsLeftOutTakesItsDefault() {
        var message =
                dev.atoll.proto.job.v1.JobSpec.newBuilder()
                        .addStages(
                                dev.atoll.proto.job.v1.StageSpec.newBuilder()
                                        .setTaskCount(3)
                                        .setTask(
                                                dev.atoll.proto.job.v1.TaskTemplate.newBuilder()
                                                        .addCommand("./fetch it")))
                        .build();

        assertThat(SpecWire.fromProto(message, "r"))
                .isEqualTo(
                        new JobSpec(
                                "r",
                                "./fetch",
                                "anonymous",
                                0,
                                List.of(
                                        new StageSpec(
                                                "stage-0",
                                                3,
                                                TaskTemplate.command("./fetch it"),
                                                Resources.cpu(1_000),
                                                1,
                                                Optional.empty(),
                                                List.of())),
                                JobSpec.FailurePolicy.KEEP_GOING,
                                JobSpec.BackupPolicy.STRAGGLERS,
                                JobSpec.Durability.TWO));
    }

    @Test
    void zeroProcessorsAreNotTheDefault() {
        assertThat(SpecWire.fromProto(SpecWire.toProto(Resources.cpu(0)), "resources"))
                .isEqualTo(Resources.cpu(0));
    }

    @Test
    void aShortDigestIsThePeersFault() {
        var message =
                dev.atoll.proto.job.v1.BlobRef.newBuilder()
                        .setSha256(ByteString.copyFromUtf8("short"))
                        .build();

        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> SpecWire.fromProto(message, "blob"))
                .withMessageStartingWith("blob: ");
    }

    @Test
    void aStageWithoutTasksIsThePeersFault() {
        var message = dev.atoll.proto.job.v1.StageSpec.newBuilder();
        message.getTaskBuilder().addCommand("true");

        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> SpecWire.fromProto(message.build(), 2))
                .withMessageContaining("stages[2]");
    }

    private static JobSpec spec(
            TaskTemplate.Items items, TaskTemplate.Input input, Optional<BlobRef> files) {
        TaskTemplate task =
                new TaskTemplate(
                        List.of("echo", "{}"),
                        new TreeMap<>(Map.of("A", "1", "B", "2")),
                        files.isPresent() ? "" : "/srv",
                        items,
                        input,
                        99,
                        files,
                        files.isPresent() ? List.of("out", "{#}/*.csv") : List.of(),
                        Optional.empty(),
                        Optional.empty());
        StageSpec first =
                new StageSpec(
                        "first",
                        1,
                        TaskTemplate.command("true"),
                        Resources.cpu(500),
                        1,
                        Optional.empty(),
                        List.of());
        StageSpec second =
                new StageSpec(
                        "second",
                        10,
                        task,
                        new Resources(2_000, 1L << 30, 1, new TreeMap<>(Map.of("zone", "a"))),
                        5,
                        Optional.of(Duration.ofMillis(1_500)),
                        List.of(0));
        return new JobSpec(
                "request-1",
                "name",
                "ann",
                -7,
                List.of(first, second),
                JobSpec.FailurePolicy.FAIL_FAST,
                JobSpec.BackupPolicy.NEVER,
                JobSpec.Durability.ONE,
                List.of(new JobId(3), new JobId(1)),
                Optional.of(new TaskRef(new StageRef(new JobId(2), 1), 9)),
                Optional.of(Duration.ofMillis(90_500)));
    }
}
