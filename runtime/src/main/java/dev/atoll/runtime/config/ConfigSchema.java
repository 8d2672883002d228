package dev.atoll.runtime.config;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The keys of a configuration record and of the records in it, and how to make one. */
final class ConfigSchema<C extends Record> {
    private final Class<C> type;
    private final Map<String, ConfigKey> keys;

    /**
     * @throws IllegalArgumentException when the record cannot be a configuration: a mistake in a
     *     program
     */
    ConfigSchema(Class<C> type) {
        this.type = type;
        this.keys = new LinkedHashMap<>();
        collect(type);
    }

    /** The keys by name, in the order of the components. */
    Map<String, ConfigKey> keys() {
        return keys;
    }

    /**
     * Makes the record.
     *
     * @param values a value for each key
     * @throws IllegalArgumentException with what is allowed, when a constructor refuses
     */
    C create(Map<String, Object> values) {
        return type.cast(create(type, values));
    }

    private void collect(Class<?> record) {
        for (RecordComponent component : record.getRecordComponents()) {
            Key key = component.getAnnotation(Key.class);
            if (key != null) {
                if (keys.put(key.name(), ConfigKey.of(component, key)) != null) {
                    throw new IllegalArgumentException("key \"" + key.name() + "\" stands twice");
                }
            } else if (component.getType().isRecord()) {
                collect(component.getType());
            } else {
                throw new IllegalArgumentException(component + " of " + record + " has no @Key");
            }
        }
    }

    private static Object create(Class<?> record, Map<String, Object> values) {
        List<Object> arguments = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            @Nullable Key key = component.getAnnotation(Key.class);
            arguments.add(
                    key == null
                            ? create(component.getType(), values)
                            : Objects.requireNonNull(values.get(key.name()), key.name()));
        }
        Class<?>[] types =
                Arrays.stream(record.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(record + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(record + " cannot be made", e);
        }
    }
}
