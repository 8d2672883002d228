package dev.atoll.cli.jobfile;

import dev.atoll.cli.files.TaskFiles;
import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.items.ItemSource;
import dev.atoll.client.StageRequest;
import dev.atoll.client.StageRequest.Input;
import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.Shuffle.Combiner;
import dev.atoll.core.model.StageSpec;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.DurationText;

import org.snakeyaml.engine.v2.nodes.Node;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one stage of a job file. */
final class StageReader {
    private static final List<String> OWN_KEYS =
            List.of(
                    "name",
                    "command",
                    "run",
                    "tasks",
                    "gather",
                    "records",
                    "combine",
                    "sorted",
                    "after",
                    "cpus",
                    "memory",
                    "gpus",
                    "labels",
                    "env",
                    "cwd",
                    "dir",
                    "files",
                    "outputs",
                    "warm",
                    "timeout",
                    "retries",
                    "output-limit");
    static final List<String> KEYS =
            Stream.concat(OWN_KEYS.stream(), ItemReader.KEYS.stream()).toList();
    private static final String NAME_FORM = "[a-z0-9-]{1,63}";
    private static final int RETRIES_MAX = 99;
    private static final int GPUS_MAX = 64;

    private final Section section;
    private final Faults faults;
    private final int position;
    private final List<String> namesBefore;

    /**
     * @param node the stage
     * @param position its position, from 0
     * @param namesBefore the names of the stages before it
     */
    StageReader(Node node, int position, List<String> namesBefore, Faults faults) {
        this.section = new Section(node, KEYS, faults);
        this.faults = faults;
        this.position = position;
        this.namesBefore = List.copyOf(namesBefore);
    }

    /** Its name. */
    String name() {
        String name = section.read("name", StageReader::stageName).orElse("stage-" + position);
        if (namesBefore.contains(name)) {
            faults.add(
                    section.value("name").orElse(section.node()),
                    "there is a stage '%s' before".formatted(name));
        }
        return name;
    }

    /** Whose records it reads, if it reads records. */
    Optional<RecordsOf> records() {
        Optional<Integer> from = section.read("records", this::positionOf);
        Optional<Combiner> combiner = section.read("combine", Combiners::parse);
        Optional<Boolean> sorted = section.read("sorted", StageReader::flag);
        if (section.value("records").isEmpty()) {
            refuseWithoutRecords("combine");
            refuseWithoutRecords("sorted");
        } else if (section.value("gather").isPresent()) {
            faults.add(section.node(), "gather and records both give the standard input");
        }
        return from.map(stage ->
                new RecordsOf(
                        stage,
                        section.read("tasks", Numbers.between(1, Shuffle.PARTITIONS_MAX)).orElse(1),
                        sorted.orElse(false),
                        combiner));
    }

    private void refuseWithoutRecords(String key) {
        section.value(key).ifPresent(node -> faults.add(node, key + " belongs to records"));
    }

    /** What true and false mean. */
    static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    /** The stage. */
    JobFile.Stage read(String name, InputFiles files) {
        StageRequest.Builder stage = StageRequest.command(command()).name(name);
        Optional<ItemSource> items = new ItemReader(section, faults, files).read();
        Optional<Integer> tasks =
                section.read("tasks", Numbers.between(1, StageSpec.TASK_COUNT_MAX));
        tasks.ifPresent(stage::tasks);
        if (section.value("records").isPresent() && items.isPresent()) {
            faults.add(section.node(), "a stage that reads records has tasks, and no items");
        }
        if (tasks.isPresent() && items.isPresent()) {
            faults.add(section.node(), "a stage has tasks or items, not both");
        }
        items.map(ItemSource::input).ifPresent(stage::input);
        readOrder(stage, items);
        readNeeds(stage);
        readExecution(stage);
        return new JobFile.Stage(stage.build(), items, files(files));
    }

    private TaskFiles files(InputFiles files) {
        TaskFiles read =
                new TaskFiles(files.directory(), section.text("dir"), section.texts("files"));
        if (!read.isEmpty() && section.value("cwd").isPresent()) {
            faults.add(
                    section.node(),
                    "a stage has either cwd, or dir and files: those go into a fresh directory");
        }
        return read;
    }

    private List<String> command() {
        List<String> command =
                section.isList("command")
                        ? section.texts("command")
                        : section.read("command", StageReader::program)
                                .map(List::of)
                                .orElse(List.of());
        Optional<String> run = section.text("run");
        if (section.value("command").isPresent() == section.value("run").isPresent()) {
            section.missing(
                    "a stage has either a command, such as [sort, -u], or run, a line for the"
                            + " shell");
        }
        return run.map(line -> List.of("sh", "-c", line)).orElse(command);
    }

    private static String program(String text) {
        if (text.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException(
                    "the name of a program: write a list, such as [echo, hi], or run: echo hi");
        }
        return text;
    }

    private void readOrder(StageRequest.Builder stage, Optional<ItemSource> items) {
        Optional<Integer> gathered = section.read("gather", this::positionOf);
        gathered.ifPresent(from -> {
            stage.input(new Input.Gathered(from)).dependsOn(from);
            if (items.map(ItemSource::input).orElse(new Input.Empty()) instanceof Input.ItemBlob) {
                faults.add(
                        section.node(),
                        "gather and each-file or pipe both give the standard input");
            }
        });
        for (String name : section.texts("after")) {
            try {
                int before = positionOf(name);
                if (gathered.filter(from -> from == before).isEmpty()) {
                    stage.dependsOn(before);
                }
            } catch (IllegalArgumentException e) {
                faults.add(
                        section.value("after").orElse(section.node()),
                        "after: '%s' is not %s".formatted(name, e.getMessage()));
            }
        }
    }

    private void readNeeds(StageRequest.Builder stage) {
        section.read("cpus", Numbers::cpuMillis).ifPresent(stage::cpuMillis);
        section.read("memory", ByteSize::parse).ifPresent(size -> stage.memoryBytes(size.bytes()));
        section.read("gpus", Numbers.between(0, GPUS_MAX)).ifPresent(stage::gpuCount);
        section.textsByName("labels").forEach(stage::label);
    }

    private void readExecution(StageRequest.Builder stage) {
        section.textsByName("env").forEach(stage::environment);
        section.text("cwd").ifPresent(stage::workingDirectory);
        section.texts("outputs").forEach(stage::output);
        if (section.value("outputs").isPresent() && section.value("cwd").isPresent()) {
            faults.add(
                    section.node(),
                    "a stage has either cwd or outputs: those come from a fresh directory");
        }
        if (section.read("warm", StageReader::flag).orElse(false)) {
            stage.warm();
        }
        section.read("timeout", DurationText::parse).ifPresent(stage::timeout);
        section.read("retries", Numbers.between(0, RETRIES_MAX))
                .ifPresent(retries -> stage.attemptsMax(retries + 1));
        section.read("output-limit", ByteSize::parse)
                .ifPresent(size -> stage.outputLimitBytes(size.bytes()));
    }

    private int positionOf(String name) {
        int found = namesBefore.indexOf(name);
        if (found < 0) {
            throw new IllegalArgumentException(
                    namesBefore.isEmpty()
                            ? "a stage before this one; there is none"
                            : "a stage before this one: " + String.join(", ", namesBefore));
        }
        return found;
    }

    private static String stageName(String text) {
        if (!text.matches(NAME_FORM)) {
            throw new IllegalArgumentException("1 to 63 characters of a-z, 0-9 and -");
        }
        return text;
    }
}
