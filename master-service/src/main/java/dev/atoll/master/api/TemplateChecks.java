package dev.atoll.master.api;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.job.v1.Combiner;
import dev.atoll.proto.job.v1.ItemSequence;
import dev.atoll.proto.job.v1.ItemTable;
import dev.atoll.proto.job.v1.Shuffle;
import dev.atoll.proto.job.v1.ShuffledInput;
import dev.atoll.proto.job.v1.StageSpec;
import dev.atoll.proto.job.v1.TaskTemplate;
import dev.atoll.runtime.grpc.FieldChecks;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Holds what the tasks of a stage do against the limits of the contract. */
final class TemplateChecks {
    private static final int COMMAND_ELEMENTS_MAX = 4_096;
    private static final int COMMAND_BYTES_MAX = 128 << 10;
    private static final int VARIABLES_MAX = 256;
    private static final int VARIABLES_BYTES_MAX = 64 << 10;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String OWN_VARIABLES = "ATOLL_";
    private static final int DIRECTORY_LENGTH_MAX = 4_096;
    private static final int ITEMS_PER_CHUNK_MAX = 65_536;
    private static final int LIST_BYTES_MAX = 64 << 10;
    private static final long CHUNK_BYTES_MAX = 8L << 20;
    private static final int DIGEST_BYTES = 32;
    private static final int PARTITIONS_MAX = dev.atoll.core.model.Shuffle.PARTITIONS_MAX;
    private static final long OUTPUT_BYTES_MAX = 64L << 30;
    private static final int OUTPUTS_MAX = 64;
    private static final int OUTPUT_PATH_BYTES_MAX = 4_096;

    private final FieldChecks checks;

    TemplateChecks(FieldChecks checks) {
        this.checks = checks;
    }

    void check(StageSpec stage, String path) {
        TaskTemplate task = stage.getTask();
        checkCommand(task, path + ".command");
        checkEnvironment(task, path + ".environment");
        String directory = task.getWorkingDirectory();
        checks.check(
                directory.isEmpty()
                        || (directory.startsWith("/")
                                && directory.length() <= DIRECTORY_LENGTH_MAX
                                && isWithoutNul(directory)),
                path + ".working_directory",
                directory,
                "an absolute path of up to 4,096 characters, or nothing");
        switch (task.getItemsCase()) {
            case SEQUENCE -> checkSequence(task.getSequence(), stage, path + ".sequence");
            case TABLE -> checkTable(task.getTable(), stage, path + ".table");
            case LIST -> checkList(stage, path + ".list");
            case NONE, ITEMS_NOT_SET -> {}
        }
        checkInput(stage, path);
        checkFiles(task, path + ".files");
        checkOutputs(task, path + ".outputs");
        checkShuffle(task, path + ".shuffle");
        checkWarm(task, path + ".warm");
        checkPipe(task, path + ".pipe");
        checks.check(
                task.getOutputLimitBytes() >= 0 && task.getOutputLimitBytes() <= OUTPUT_BYTES_MAX,
                path + ".output_limit_bytes",
                task.getOutputLimitBytes(),
                "1 to 64 GiB, or nothing");
    }

    private void checkCommand(TaskTemplate task, String path) {
        int elements = task.getCommandCount();
        checks.check(
                elements >= 1 && elements <= COMMAND_ELEMENTS_MAX,
                path,
                elements + " elements",
                "1 to 4,096 elements");
        if (elements > 0) {
            checks.check(!task.getCommand(0).isEmpty(), path + "[0]", "", "the name of a program");
        }
        int bytes = 0;
        for (int i = 0; i < elements; i++) {
            String element = task.getCommand(i);
            bytes += task.getCommandBytes(i).size();
            if (!isWithoutNul(element)) {
                checks.violation("%s[%d]".formatted(path, i), element, "text without NUL");
            }
        }
        checks.check(bytes <= COMMAND_BYTES_MAX, path, bytes + " bytes", "up to 128 KiB in all");
    }

    private void checkEnvironment(TaskTemplate task, String path) {
        checks.check(
                task.getEnvironmentCount() <= VARIABLES_MAX,
                path,
                task.getEnvironmentCount() + " entries",
                "up to 256 entries");
        int bytes = 0;
        for (var variable : task.getEnvironmentMap().entrySet()) {
            String name = variable.getKey();
            bytes += length(name) + length(variable.getValue());
            checks.check(
                    VARIABLE.matcher(name).matches() && !name.startsWith(OWN_VARIABLES),
                    path,
                    name,
                    "names of [A-Za-z_][A-Za-z0-9_]* that do not start with \"ATOLL_\"");
            checks.check(
                    isWithoutNul(variable.getValue()),
                    "%s[%s]".formatted(path, name),
                    variable.getValue(),
                    "text without NUL");
        }
        checks.check(bytes <= VARIABLES_BYTES_MAX, path, bytes + " bytes", "up to 64 KiB in all");
    }

    private void checkSequence(ItemSequence sequence, StageSpec stage, String path) {
        long step = sequence.getStep() == 0 ? 1 : sequence.getStep();
        boolean fits = true;
        try {
            long distance = Math.multiplyExact(step, Math.max(0L, stage.getTaskCount() - 1L));
            Math.addExact(sequence.getFirst(), distance);
        } catch (ArithmeticException _) {
            fits = false;
        }
        checks.check(fits, path + ".step", step, "a step whose last item fits into 64 bits");
    }

    private void checkList(StageSpec stage, String path) {
        List<ByteString> items = stage.getTask().getList().getItemsList();
        checks.check(
                items.size() == stage.getTaskCount(),
                path + ".items",
                items.size() + " items",
                "one for each of %d tasks".formatted(stage.getTaskCount()));
        long bytes = items.stream().mapToLong(ByteString::size).sum();
        checks.check(
                bytes <= LIST_BYTES_MAX,
                path + ".items",
                bytes + " bytes",
                "up to 64 KiB together");
        for (int i = 0; i < items.size() && !stage.getTask().hasWarm(); i++) {
            checks.check(
                    items.get(i).isValidUtf8() && isWithoutNul(items.get(i).toStringUtf8()),
                    "%s.items[%d]".formatted(path, i),
                    items.get(i).size() + " bytes",
                    "UTF-8 without NUL");
        }
    }

    private void checkTable(ItemTable table, StageSpec stage, String path) {
        int perChunk = table.getItemsPerChunk();
        boolean isPerChunkValid = perChunk >= 1 && perChunk <= ITEMS_PER_CHUNK_MAX;
        checks.check(isPerChunkValid, path + ".items_per_chunk", perChunk, "1 to 65,536");
        if (isPerChunkValid && stage.getTaskCount() >= 1) {
            long wanted = ((long) stage.getTaskCount() + perChunk - 1) / perChunk;
            checks.check(
                    table.getChunksCount() == wanted,
                    path + ".chunks",
                    table.getChunksCount() + " chunks",
                    "%d chunks, enough for %d items".formatted(wanted, stage.getTaskCount()));
        }
        for (int i = 0; i < table.getChunksCount(); i++) {
            checkBlob(table.getChunks(i), "%s.chunks[%d]".formatted(path, i));
        }
    }

    private void checkInput(StageSpec stage, String path) {
        TaskTemplate task = stage.getTask();
        switch (task.getInputCase()) {
            case ATTACHED ->
                    checks.check(
                            stage.getTaskCount() == 1,
                            path + ".attached",
                            stage.getTaskCount() + " tasks",
                            "a stage of 1 task");
            case ITEM_BLOB ->
                    checks.check(
                            task.hasTable(), path + ".item_blob", "no table", "items in a table");
            case GATHERED ->
                    checks.check(
                            stage.getDependsOnList().contains(task.getGathered().getStage()),
                            path + ".gathered.stage",
                            task.getGathered().getStage(),
                            "one of depends_on");
            case SHUFFLED -> checkShuffled(task.getShuffled(), stage, path + ".shuffled");
            case PIPED, INPUT_NOT_SET -> {}
        }
    }

    /* How the stage that is read keeps its records is checked where all stages are known. */
    private void checkShuffled(ShuffledInput input, StageSpec stage, String path) {
        List<Integer> before = stage.getDependsOnList();
        checks.check(
                before.contains(input.getStage()),
                path + ".stage",
                input.getStage(),
                "one of depends_on");
        checks.check(
                !input.hasBoundsStage() || before.contains(input.getBoundsStage()),
                path + ".bounds_stage",
                input.getBoundsStage(),
                "one of depends_on");
    }

    private void checkShuffle(TaskTemplate task, String path) {
        if (!task.hasShuffle()) {
            return;
        }
        Shuffle shuffle = task.getShuffle();
        switch (shuffle.getPartitionCase()) {
            case HASH_COUNT ->
                    checks.check(
                            shuffle.getHashCount() >= 1 && shuffle.getHashCount() <= PARTITIONS_MAX,
                            path + ".hash_count",
                            shuffle.getHashCount(),
                            "1 to 10,000");
            case RANGE -> {}
            case PARTITION_NOT_SET ->
                    checks.violation(path + ".partition", "nothing", "hash_count or range");
        }
        checks.check(
                shuffle.getCombiner() != Combiner.UNRECOGNIZED,
                path + ".combiner",
                shuffle.getCombinerValue(),
                "a combiner that this master knows");
    }

    private void checkWarm(TaskTemplate task, String path) {
        if (!task.hasWarm()) {
            return;
        }
        refuseWithWarm(task.getInputCase() != TaskTemplate.InputCase.INPUT_NOT_SET, path, "input");
        refuseWithWarm(task.getOutputsCount() > 0, path, "outputs");
        refuseWithWarm(task.hasShuffle(), path, "shuffle");
        if (task.getWarm().hasSetup()) {
            checkBlob(task.getWarm().getSetup(), path + ".setup");
        }
    }

    private void checkPipe(TaskTemplate task, String path) {
        if (!task.hasPipe()) {
            return;
        }
        boolean isBuiltIn = task.getCommandCount() > 0 && task.getCommand(0).startsWith("atoll:");
        checks.check(
                task.getOutputsCount() == 0 && !task.hasShuffle() && !task.hasWarm() && !isBuiltIn,
                path,
                "together with outputs, shuffle, warm or a program that is built in",
                "a program whose standard output is not kept");
    }

    private void refuseWithWarm(boolean isThere, String path, String other) {
        checks.check(
                !isThere,
                path,
                "together with " + other,
                "a warm program, which gets items and writes results, or " + other + ", not both");
    }

    private void checkFiles(TaskTemplate task, String path) {
        if (!task.hasFiles()) {
            return;
        }
        checkBlob(task.getFiles(), path);
        checks.check(
                task.getWorkingDirectory().isEmpty(),
                path,
                "together with working_directory",
                "files in a fresh directory, or a working_directory that is there, not both");
    }

    private void checkOutputs(TaskTemplate task, String path) {
        int count = task.getOutputsCount();
        checks.check(count <= OUTPUTS_MAX, path, count + " paths", "up to 64 paths");
        checks.check(
                count == 0 || task.getWorkingDirectory().isEmpty(),
                path,
                "together with working_directory",
                "files from a fresh directory, or a working_directory that is there, not both");
        for (int i = 0; i < Math.min(count, OUTPUTS_MAX); i++) {
            String output = task.getOutputs(i);
            checks.check(
                    isOutput(output),
                    "%s[%d]".formatted(path, i),
                    output,
                    "a path or a pattern of 1 to 4,096 bytes without NUL that leads down from the"
                            + " task's directory: not from \"/\", and without \"..\"");
        }
    }

    private static boolean isOutput(String output) {
        return !output.isEmpty()
                && length(output) <= OUTPUT_PATH_BYTES_MAX
                && isWithoutNul(output)
                && !output.startsWith("/")
                && !List.of(output.split("/")).contains("..")
                && isPattern(output);
    }

    private static boolean isPattern(String output) {
        try {
            PathMatcher _ =
                    FileSystems.getDefault().getPathMatcher("glob:" + output.replace("{#}", "0"));
            return true;
        } catch (PatternSyntaxException _) {
            return false;
        }
    }

    private void checkBlob(BlobRef blob, String path) {
        if (!isBlob(blob, CHUNK_BYTES_MAX)) {
            checks.violation(
                    path,
                    "%d bytes of digest, size %d"
                            .formatted(blob.getSha256().size(), blob.getSizeBytes()),
                    "a digest of 32 bytes and a size of up to 8 MiB");
        }
    }

    /** Whether this can name a blob. */
    static boolean isBlob(BlobRef blob, long bytesMax) {
        return blob.getSha256().size() == DIGEST_BYTES
                && blob.getSizeBytes() >= 0
                && blob.getSizeBytes() <= bytesMax;
    }

    private static boolean isWithoutNul(String text) {
        return text.indexOf('\0') < 0;
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
