package dev.atoll.runtime.config;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How the text of a setting becomes a value of its type. */
sealed interface ValueType {
    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    Object parse(String text);

    /** What is allowed, for people. */
    String description();

    /** The value of a setting that is not given and has no default, if its type has one. */
    default Optional<Object> absent() {
        return Optional.empty();
    }

    /** Compares two values of a type that has an order; only for those. */
    @SuppressWarnings("unchecked") // Both values come from parse of one and the same type.
    default int compare(Object left, Object right) {
        return ((Comparable<Object>) left).compareTo(right);
    }

    /** One value. */
    record Scalar(String description, Function<String, Object> reader) implements ValueType {
        @Override
        public Object parse(String text) {
            return reader.apply(text);
        }
    }

    /** A value or, as the empty text, none. */
    record Maybe(Scalar element) implements ValueType {
        @Override
        public Object parse(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(element.parse(text));
        }

        @Override
        public String description() {
            return element.description() + ", or nothing";
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(Optional.empty());
        }

        @Override
        public int compare(Object left, Object right) {
            return left instanceof Optional<?> value
                            && value.isPresent()
                            && right instanceof Optional<?> bound
                    ? element.compare(value.get(), bound.orElseThrow())
                    : 0;
        }
    }

    /** Values with commas between them. */
    record Many(Scalar element) implements ValueType {
        @Override
        public Object parse(String text) {
            List<Object> values = new ArrayList<>();
            for (String part : parts(text)) {
                values.add(element.parse(part));
            }
            return List.copyOf(values);
        }

        @Override
        public String description() {
            return element.description() + ", several with commas";
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(List.of());
        }
    }

    /** Names and values, with commas between the pairs. Keeps their order. */
    record Named(Scalar element) implements ValueType {
        @Override
        public Object parse(String text) {
            Map<String, Object> values = new LinkedHashMap<>();
            for (String part : parts(text)) {
                int equals = part.indexOf('=');
                if (equals <= 0) {
                    throw new IllegalArgumentException(description());
                }
                String name = part.substring(0, equals).strip();
                Object value = element.parse(part.substring(equals + 1).strip());
                if (values.putIfAbsent(name, value) != null) {
                    throw new IllegalArgumentException(description() + ", each name once");
                }
            }
            return Collections.unmodifiableMap(values);
        }

        @Override
        public String description() {
            return "pairs such as name=value,other=value";
        }

        @Override
        public Optional<Object> absent() {
            return Optional.of(Map.of());
        }
    }

    /**
     * Finds the way to read a type.
     *
     * @throws IllegalArgumentException when there is none: a mistake in a program
     */
    static ValueType of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Scalar element = scalar(arguments[arguments.length - 1]);
            if (generic.getRawType() == Optional.class) {
                return new Maybe(element);
            }
            if (generic.getRawType() == List.class) {
                return new Many(element);
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return new Named(element);
            }
        }
        return scalar(type);
    }

    private static List<String> parts(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static Scalar scalar(Type type) {
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalArgumentException("no setting can be of " + type);
        }
        return switch (plain.getName()) {
            case "java.lang.String" -> new Scalar("a text", text -> text);
            case "int", "java.lang.Integer" -> number("a whole number", Integer::valueOf);
            case "long", "java.lang.Long" -> number("a whole number", Long::valueOf);
            case "double", "java.lang.Double" -> number("a number", Double::valueOf);
            case "boolean", "java.lang.Boolean" -> new Scalar("true or false", ValueType::truth);
            case "java.time.Duration" -> new Scalar("a duration", DurationText::parse);
            case "java.nio.file.Path" -> new Scalar("a path", ValueType::path);
            default -> plain.isEnum() ? constant(plain) : parsed(plain);
        };
    }

    private static Scalar number(String description, Function<String, Object> reader) {
        return new Scalar(
                description,
                text -> {
                    try {
                        return reader.apply(text.replace("_", ""));
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException(description, e);
                    }
                });
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    private static Object path(String text) {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException _) {
            // Answered below, like the empty path.
        }
        throw new IllegalArgumentException("a path");
    }

    private static Scalar constant(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            constants.put(name.toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        String description = constants.keySet().stream().collect(Collectors.joining(", "));
        return new Scalar(
                "one of " + description,
                text -> {
                    @Nullable Object constant = constants.get(text.toLowerCase(Locale.ROOT));
                    if (constant == null) {
                        throw new IllegalArgumentException("one of " + description);
                    }
                    return constant;
                });
    }

    private static Scalar parsed(Class<?> type) {
        Method parse;
        try {
            parse = type.getMethod("parse", String.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("no setting can be of " + type, e);
        }
        if (!Modifier.isStatic(parse.getModifiers()) || parse.getReturnType() != type) {
            throw new IllegalArgumentException("no setting can be of " + type);
        }
        return new Scalar(
                "a " + type.getSimpleName(),
                text -> {
                    try {
                        return parse.invoke(null, text);
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof IllegalArgumentException refusal) {
                            throw refusal;
                        }
                        throw new IllegalStateException(parse + " failed", e);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(parse + " is not public", e);
                    }
                });
    }
}
