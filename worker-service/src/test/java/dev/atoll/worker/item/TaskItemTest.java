package dev.atoll.worker.item;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

class TaskItemTest {
    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "{}, a{}b",
        "<{}>, <a{}b>",
        "{#}, 7",
        "{}{#}{}, a{}b7a{}b",
        "{{}}, {a{}b}",
        "{{#}}, {7}",
        "'{ }', '{ }'",
        "{, {",
        "}{, }{",
        "{#, {#",
        "${HOME}, ${HOME}",
        "awk '{print $1}', awk '{print $1}'",
    })
    void everyPlaceIsFilledOnce(String text, String expanded) {
        TaskItem item = new TaskItem(7, "a{}b", Optional.empty());

        assertThat(item.expand(text)).isEqualTo(expanded);
    }
}
