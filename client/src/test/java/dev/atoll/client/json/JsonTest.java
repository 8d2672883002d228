package dev.atoll.client.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.StringReader;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "-12.50e+3",
                "12345678901234567890123",
                "\"a\\\"\\\\\\n\\u0001é\"",
                "{\"a\":[1,{\"b\":null}],\"c\":\"d\"}"
            })
    void whatIsReadIsPrintedTheSame(String text) throws Exception {
        assertThat(JsonReader.parse(text)).hasToString(text);
    }

    @Test
    void spaceDoesNotMatter() throws Exception {
        assertThat(JsonReader.parse(" { \"a\" :\n [ 1 , 2 ] }\t")).hasToString("{\"a\":[1,2]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\"}",
                "01",
                "1.",
                "tru",
                "\"a",
                "\"\\q\"",
                "[1] 2",
                "{a:1}",
                "\"a\nb\"",
                "\"\\u12g4\"",
                "+1",
                "nul"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> JsonReader.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void theLineOfAFaultIsSaid() {
        assertThatThrownBy(() -> JsonReader.parse("[1,\n2,\n3 4]"))
                .hasMessage("line 3: expected ',' or ']', found '4'");
    }

    @Test
    void nestingHasALimit() {
        assertThatThrownBy(() -> JsonReader.parse("[".repeat(100_000)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("200 levels");
    }

    @Test
    void valuesFollowEachOther() throws Exception {
        JsonReader reader = new JsonReader(new StringReader("1\n\"two\"\n\n[3]\n"));
        assertThat(reader.value()).hasToString("1");
        assertThat(reader.value()).hasToString("\"two\"");
        assertThat(reader.hasMore()).isTrue();
        assertThat(reader.value()).hasToString("[3]");
        assertThat(reader.hasMore()).isFalse();
    }

    @Test
    void elementsComeOneByOne() throws Exception {
        JsonReader reader = new JsonReader(new StringReader("[1, {\"a\": 2}]"));
        assertThat(reader.enterArray()).isTrue();
        assertThat(reader.element(true)).hasValueSatisfying(v -> assertThat(v).hasToString("1"));
        assertThat(reader.element(false))
                .hasValueSatisfying(v -> assertThat(v).hasToString("{\"a\":2}"));
        assertThat(reader.element(false)).isEmpty();
    }
}
