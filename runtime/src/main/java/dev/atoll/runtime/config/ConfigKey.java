package dev.atoll.runtime.config;

import java.lang.reflect.RecordComponent;
import java.util.Optional;

/**
 * One key of a configuration record.
 *
 * @param name the key
 * @param type how its value is read
 * @param defaultText the default as written, absent when there is none
 * @param doc the sentence for people
 * @param min the least value allowed
 * @param max the greatest value allowed
 */
record ConfigKey(
        String name,
        ValueType type,
        Optional<String> defaultText,
        String doc,
        Optional<String> min,
        Optional<String> max) {
    private static final String NAME_FORM = "[a-z][a-z0-9-]*";

    ConfigKey {
        if (!name.matches(NAME_FORM)) {
            throw new IllegalArgumentException("key \"" + name + "\" is not of " + NAME_FORM);
        }
        if (doc.isBlank()) {
            throw new IllegalArgumentException("key \"" + name + "\" has no doc");
        }
    }

    static ConfigKey of(RecordComponent component, Key key) {
        ConfigKey configKey =
                new ConfigKey(
                        key.name(),
                        ValueType.of(component.getGenericType()),
                        given(key.value()),
                        key.doc(),
                        given(key.min()),
                        given(key.max()));
        configKey.defaultText().ifPresent(configKey::parse);
        return configKey;
    }

    /**
     * Reads a value and checks its bounds.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    Object parse(String text) {
        try {
            Object value = type.parse(text);
            boolean tooLow = min.isPresent() && type.compare(value, type.parse(min.get())) < 0;
            boolean tooHigh = max.isPresent() && type.compare(value, type.parse(max.get())) > 0;
            if (tooLow || tooHigh) {
                throw new IllegalArgumentException(type.description());
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("allowed is " + e.getMessage() + range(), e);
        }
    }

    /** The bounds in words: empty, or starting with a comma. */
    String range() {
        if (min.isPresent() && max.isPresent()) {
            return ", from " + min.get() + " to " + max.get();
        }
        return min.map(least -> ", at least " + least)
                .or(() -> max.map(most -> ", at most " + most))
                .orElse("");
    }

    private static Optional<String> given(String text) {
        return text.equals(Key.NONE) ? Optional.empty() : Optional.of(text);
    }
}
