package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.Uploads;
import dev.atoll.client.json.Json;
import dev.atoll.client.json.JsonException;
import dev.atoll.client.json.JsonReader;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The elements of a JSON array, or the values of a file with one after the other (JSON lines). A
 * string is its text; everything else is its JSON.
 */
public final class JsonItems extends TableItems {
    private final InputFiles files;
    private final String name;

    /**
     * @param files where names lead
     * @param name of the file
     */
    public JsonItems(InputFiles files, String name) {
        this.files = files;
        this.name = name;
    }

    @Override
    public void check() {
        files.check(List.of(name));
    }

    @Override
    void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener) throws IOException {
        try (Reader text =
                new BufferedReader(
                        new InputStreamReader(files.open(name), StandardCharsets.UTF_8))) {
            JsonReader json = new JsonReader(text);
            if (json.enterArray()) {
                Optional<Json> element = json.element(true);
                while (element.isPresent()) {
                    table.add(item(element.get()));
                    element = json.element(false);
                }
            } else {
                while (json.hasMore()) {
                    table.add(item(json.value()));
                }
            }
        } catch (JsonException e) {
            throw CommandException.usage(name + ": " + e.getMessage());
        }
    }

    @Override
    String emptyMessage() {
        return name + " holds no values";
    }

    private static String item(Json value) {
        return value instanceof Json.Text(String text) ? text : value.toString();
    }
}
