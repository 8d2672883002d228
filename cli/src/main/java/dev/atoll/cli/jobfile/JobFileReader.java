package dev.atoll.cli.jobfile;

import dev.atoll.cli.files.TaskFiles;
import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.JobRequest.BackupPolicy;
import dev.atoll.client.JobRequest.Durability;
import dev.atoll.client.JobRequest.FailurePolicy;
import dev.atoll.client.MapReduce;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.JobId;
import dev.atoll.runtime.config.DurationText;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a job from YAML, with the line of every fault. */
public final class JobFileReader {
    static final List<String> KEYS =
            List.of(
                    "name",
                    "priority",
                    "on-failure",
                    "backup",
                    "durability",
                    "after",
                    "deadline",
                    "stages");
    private static final int STAGES_MAX = 64;
    private static final int PRIORITY_MAX = 1_000;

    private final String file;
    private final InputFiles inputs;

    /**
     * @param file the name of the file, for messages
     * @param inputs where names of files in it lead
     */
    public JobFileReader(String file, InputFiles inputs) {
        this.file = file;
        this.inputs = inputs;
    }

    /**
     * Reads it.
     *
     * @throws CommandException with every fault, one line each
     */
    public JobFile read(String yaml) {
        Faults faults = new Faults(file);
        Section section = new Section(compose(yaml), KEYS, faults);
        String name = section.text("name").orElse("");
        int priority =
                section.read("priority", Numbers.between(-PRIORITY_MAX, PRIORITY_MAX)).orElse(0);
        FailurePolicy policy =
                section.read("on-failure", JobFileReader::policy).orElse(FailurePolicy.KEEP_GOING);
        BackupPolicy backup =
                section.read("backup", JobFileReader::backup).orElse(BackupPolicy.STRAGGLERS);
        Durability durability =
                section.read("durability", Durabilities::parse).orElse(Durability.TWO);
        List<JobId> after = section.readAll("after", JobFileReader::job);
        Optional<Duration> deadline = section.read("deadline", DurationText::parse);
        List<JobFile.Stage> stages = stages(section, faults);
        faults.refuseIfAny();
        return new JobFile(name, priority, policy, backup, durability, after, deadline, stages);
    }

    private Node compose(String yaml) {
        LoadSettings settings =
                LoadSettings.builder().setLabel(file).setAllowDuplicateKeys(true).build();
        try {
            Optional<Node> root = new Compose(settings).composeString(yaml);
            return root.orElseThrow(() -> CommandException.usage(file + ": is empty"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw CommandException.usage(
                    "%s:%d: is not YAML: %s".formatted(file, line, e.getProblem()));
        } catch (YamlEngineException e) {
            throw CommandException.usage("%s: is not YAML: %s".formatted(file, e.getMessage()));
        }
    }

    private List<JobFile.Stage> stages(Section section, Faults faults) {
        Optional<Node> value = section.value("stages");
        if (value.isEmpty()) {
            section.missing("stages is missing");
            return List.of();
        }
        if (!(value.get() instanceof SequenceNode list)) {
            faults.add(value.get(), "stages must be a list, each stage beginning with '-'");
            return List.of();
        }
        if (list.getValue().isEmpty() || list.getValue().size() > STAGES_MAX) {
            faults.add(list, "a job has 1 to %d stages".formatted(STAGES_MAX));
        }
        List<String> names = new ArrayList<>();
        List<JobFile.Stage> stages = new ArrayList<>();
        for (Node node : list.getValue()) {
            StageReader reader = new StageReader(node, stages.size(), names, faults);
            String name = reader.name();
            JobFile.Stage stage = reader.read(name, inputs);
            Optional<RecordsOf> records = reader.records();
            if (records.isPresent()) {
                addReading(records.get(), stage, stages, faults, node);
            } else {
                stages.add(stage);
            }
            while (names.size() < stages.size()) {
                names.add(stages.get(names.size()).request().name());
            }
        }
        return stages;
    }

    /** Adds a stage that reads records, and makes an earlier one keep what it writes so. */
    private void addReading(
            RecordsOf records,
            JobFile.Stage stage,
            List<JobFile.Stage> stages,
            Faults faults,
            Node node) {
        JobFile.Stage source = stages.get(records.stage());
        if (source.request().shuffle().isPresent()) {
            faults.add(
                    node,
                    "the records of '%s' are read by another stage already"
                            .formatted(source.request().name()));
        }
        MapReduce both = records.with(source.request(), stage.request());
        List<StageRequest> reading = both.reading(records.stage(), stages.size());
        stages.set(
                records.stage(), new JobFile.Stage(both.writing(), source.items(), source.files()));
        TaskFiles none = new TaskFiles(inputs.directory(), Optional.empty(), List.of());
        for (StageRequest before : reading.subList(0, reading.size() - 1)) {
            stages.add(new JobFile.Stage(before, Optional.empty(), none));
        }
        stages.add(new JobFile.Stage(reading.getLast(), stage.items(), stage.files()));
    }

    private static JobId job(String text) {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("the number of a job, such as 17");
        }
        return new JobId(Long.parseLong(text));
    }

    private static FailurePolicy policy(String text) {
        return switch (text) {
            case "keep-going" -> FailurePolicy.KEEP_GOING;
            case "fail-fast" -> FailurePolicy.FAIL_FAST;
            default -> throw new IllegalArgumentException("keep-going or fail-fast");
        };
    }

    private static BackupPolicy backup(String text) {
        return StageReader.flag(text) ? BackupPolicy.STRAGGLERS : BackupPolicy.NEVER;
    }
}
