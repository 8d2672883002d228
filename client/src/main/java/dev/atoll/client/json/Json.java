package dev.atoll.client.json;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A JSON value. Prints itself as compact JSON. */
public sealed interface Json {
    /** An object; its members keep their order. */
    record Members(Map<String, Json> members) implements Json {
        public Members {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        @Override
        public String toString() {
            return members.entrySet().stream()
                    .map(member -> JsonText.quote(member.getKey()) + ":" + member.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
        }
    }

    /** An array. */
    record Elements(List<Json> elements) implements Json {
        public Elements {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return elements.stream().map(Json::toString).collect(Collectors.joining(",", "[", "]"));
        }
    }

    /** A string. */
    record Text(String value) implements Json {
        @Override
        public String toString() {
            return JsonText.quote(value);
        }
    }

    /** A number, as it was written: no digit is lost. */
    record Digits(String written) implements Json {
        @Override
        public String toString() {
            return written;
        }
    }

    /** True, false or null. */
    enum Word implements Json {
        /** True. */
        TRUE,
        /** False. */
        FALSE,
        /** Null. */
        NULL;

        @Override
        public String toString() {
            return switch (this) {
                case TRUE -> "true";
                case FALSE -> "false";
                case NULL -> "null";
            };
        }
    }

    /** A string. */
    static Json of(String value) {
        return new Text(value);
    }

    /** A whole number. */
    static Json of(long value) {
        return new Digits(Long.toString(value));
    }

    /** A number with so many digits after the point. */
    static Json of(double value, int digits) {
        return new Digits(String.format(java.util.Locale.ROOT, "%." + digits + "f", value));
    }

    /** A truth value. */
    static Json of(boolean value) {
        return value ? Word.TRUE : Word.FALSE;
    }

    /** A value, or null. */
    static Json of(Optional<Json> value) {
        return value.orElse(Word.NULL);
    }

    /** An array. */
    static Json array(List<Json> elements) {
        return new Elements(elements);
    }

    /** Begins an object. */
    static Builder object() {
        return new Builder();
    }

    /** Collects the members of an object. */
    final class Builder {
        private final Map<String, Json> members = new LinkedHashMap<>();

        private Builder() {}

        /** Adds a member. */
        public Builder put(String name, Json value) {
            members.put(name, value);
            return this;
        }

        /** Adds a string. */
        public Builder put(String name, String value) {
            return put(name, Json.of(value));
        }

        /** Adds a whole number. */
        public Builder put(String name, long value) {
            return put(name, Json.of(value));
        }

        /** Adds an array of strings. */
        public Builder put(String name, String... values) {
            return put(name, Json.array(Arrays.stream(values).map(Json::of).toList()));
        }

        /** The object. */
        public Json build() {
            return new Members(members);
        }
    }
}
