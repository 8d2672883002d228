package dev.atoll.cli.jobfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.cli.items.InputFiles;
import dev.atoll.cli.s3.S3Objects;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.json.Json;
import dev.atoll.client.json.JsonReader;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The published schema of the job file says what the reader does, key by key. */
class JobFileSchemaTest {
    private static final Path SCHEMA = Path.of("..", "docs", "reference", "job-file.schema.json");

    private final Json schema;

    JobFileSchemaTest() throws IOException {
        this.schema = JsonReader.parse(Files.readString(SCHEMA));
    }

    private static Map<String, Json> members(Json json) {
        return ((Json.Members) json).members();
    }

    private static Json at(Json json, String... names) {
        Json found = json;
        for (String name : names) {
            found = members(found).get(name);
        }
        return found;
    }

    private static List<Json> list(Json of, String name) {
        Json found = members(of).get(name);
        return found == null ? List.of() : ((Json.Elements) found).elements();
    }

    /** The value, in a file that has nothing else but what it cannot do without. */
    private static String file(boolean ofStage, String key, Json value) {
        Json.Builder stage = Json.object();
        if (!ofStage || !(key.equals("command") || key.equals("run"))) {
            stage.put("command", "date");
        }
        if (key.equals("block") || key.equals("delimiter")) {
            stage.put("pipe", "big.log");
        }
        if (List.of("records", "combine", "sorted").contains(key)) {
            stage.put("records", "before").put("tasks", 2);
        }
        Json before = Json.object().put("name", "before").put("command", "date").build();
        Json.Builder job = Json.object();
        if (ofStage) {
            stage.put(key, value);
        } else {
            job.put(key, value);
        }
        return job.put("stages", Json.array(List.of(before, stage.build()))).build().toString();
    }

    private static JobFile read(String file) {
        InputFiles inputs =
                new InputFiles(
                        Path.of("/"),
                        Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                        new S3Objects(Map.of()));
        return new JobFileReader("job.yaml", inputs).read(file);
    }

    private static void assertRefused(String file) {
        assertThatExceptionOfType(CommandException.class).as(file).isThrownBy(() -> read(file));
    }

    @Test
    void theKeysAreThoseThatTheReaderKnows() {
        assertThat(members(at(schema, "properties")).keySet())
                .containsExactlyInAnyOrderElementsOf(JobFileReader.KEYS);
        assertThat(members(at(schema, "$defs", "stage", "properties")).keySet())
                .containsExactlyInAnyOrderElementsOf(StageReader.KEYS);
        assertThat(at(schema, "additionalProperties")).isEqualTo(Json.Word.FALSE);
        assertThat(at(schema, "$defs", "stage", "additionalProperties")).isEqualTo(Json.Word.FALSE);
    }

    @Test
    void whatItAllowsIsReadAndNothingBeyond() {
        int checked = holdAgainstReader(at(schema, "properties"), false);
        checked += holdAgainstReader(at(schema, "$defs", "stage", "properties"), true);

        assertThat(checked).isGreaterThan(members(at(schema, "properties")).size());
    }

    /** Returns how many values were read. */
    private int holdAgainstReader(Json properties, boolean ofStage) {
        int checked = 0;
        for (Map.Entry<String, Json> property : members(properties).entrySet()) {
            String key = property.getKey();
            if (!ofStage && key.equals("stages")) {
                continue;
            }
            List<Json> allowed = allowed(property.getValue());
            assertThat(allowed).as("there is something to try for " + key).isNotEmpty();
            for (Json value : allowed) {
                assertThat(read(file(ofStage, key, value)).stages()).hasSizeGreaterThan(1);
                checked++;
            }
            for (Json value : refused(property.getValue())) {
                assertRefused(file(ofStage, key, value));
            }
        }
        return checked;
    }

    private List<Json> allowed(Json property) {
        List<Json> allowed = new ArrayList<>(list(property, "examples"));
        allowed.addAll(list(property, "enum"));
        for (String bound : List.of("minimum", "maximum", "default")) {
            Optional.ofNullable(members(property).get(bound)).ifPresent(allowed::add);
        }
        return allowed;
    }

    private static List<Json> refused(Json property) {
        List<Json> refused = new ArrayList<>();
        if (!list(property, "enum").isEmpty()) {
            refused.add(Json.of("something else"));
        }
        if (members(property).get("minimum") instanceof Json.Digits(String least)) {
            refused.add(Json.of(Long.parseLong(least) - 1));
        }
        if (members(property).get("maximum") instanceof Json.Digits(String most)) {
            refused.add(Json.of(Long.parseLong(most) + 1));
        }
        if (at(property, "type") instanceof Json.Text(String type) && type.equals("integer")) {
            refused.add(Json.of(1.5, 1));
        }
        return refused;
    }

    @Test
    void examplesAreOfTheFormThatIsAskedFor() {
        for (Json property : members(at(schema, "$defs", "stage", "properties")).values()) {
            if (at(formOf(property), "pattern") instanceof Json.Text(String pattern)) {
                for (Json example : list(property, "examples")) {
                    String text = example instanceof Json.Text(String value) ? value : "0";
                    assertThat(text).containsPattern(pattern);
                }
            }
        }
    }

    private Json formOf(Json property) {
        return at(property, "$ref") instanceof Json.Text(String ref)
                ? at(schema, ref.substring("#/".length()).split("/"))
                : property;
    }

    @Test
    void aJobWithoutStagesAndAStageWithoutACommandAreRefused() {
        assertThat(list(schema, "required")).containsExactly(Json.of("stages"));
        assertRefused("{\"name\": \"x\"}");
        assertRefused("{\"stages\": []}");
        assertThat(list(at(schema, "$defs", "stage"), "oneOf")).hasSize(2);
        assertRefused("{\"stages\": [{\"name\": \"x\"}]}");
        assertRefused("{\"stages\": [{\"command\": [\"x\"], \"run\": \"x\"}]}");
    }
}
