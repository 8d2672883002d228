package dev.atoll.runtime.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the settings of a process into configuration records: defaults, then the file of {@code
 * --config FILE}, then the environment, then flags; the later wins. A key that nothing knows, and a
 * key that stands twice in one source, are faults.
 */
public final class ConfigReader {
    /* Kubernetes gives every container NAME_SERVICE_HOST, NAME_PORT and the like for each service
     * of its namespace; a service called atoll-master would look like settings of the master. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(
                    ".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?)");

    private static final String CONFIG = "config";

    private final Map<ConfigSection<?>, ConfigSchema<?>> schemas;
    private final Map<String, ConfigKey> keysByFullName;
    private final Map<String, ConfigKey> keysByVariable;

    /**
     * @throws IllegalArgumentException when two sections share a key: a mistake in a program
     */
    public ConfigReader(List<ConfigSection<?>> sections) {
        this.schemas = new LinkedHashMap<>();
        this.keysByFullName = new LinkedHashMap<>();
        this.keysByVariable = new LinkedHashMap<>();
        for (ConfigSection<?> section : sections) {
            ConfigSchema<?> schema = new ConfigSchema<>(section.type());
            schemas.put(section, schema);
            for (ConfigKey key : schema.keys().values()) {
                String fullName = section.fullName(key);
                if (fullName.equals(CONFIG) || keysByFullName.put(fullName, key) != null) {
                    throw new IllegalArgumentException("key \"" + fullName + "\" is taken");
                }
                keysByVariable.put(section.environmentName(key), key);
            }
        }
    }

    /**
     * Makes one record from settings by name, such as in a test; what is not named has its default.
     *
     * @throws ConfigException with every fault
     */
    public static <C extends Record> C bind(Class<C> type, Map<String, String> settings) {
        ConfigSection<C> section = ConfigSection.ofProgram("program", type);
        List<String> flags =
                settings.entrySet().stream()
                        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                        .toList();
        return new ConfigReader(List.of(section)).read(flags, Map.of()).get(section);
    }

    /**
     * Reads every section.
     *
     * @param flags the arguments of the program
     * @param environment the environment of the process
     * @throws ConfigException with every fault
     */
    public ProcessSettings read(List<String> flags, Map<String, String> environment) {
        List<ConfigFault> faults = new ArrayList<>();
        SettingSources sources = new SettingSources(faults);
        Map<String, Setting> fromFlags = unique(sources.flags(flags, this::isBoolean), faults);
        @Nullable Setting file = fromFlags.remove(CONFIG);
        Map<String, Setting> fromFile =
                file == null ? Map.of() : unique(sources.file(Path.of(file.value())), faults);
        refuseUnknown(fromFile.values(), faults);
        refuseUnknownVariables(environment, faults);
        refuseUnknown(fromFlags.values(), faults);

        Map<ConfigSection<?>, Record> records = new LinkedHashMap<>();
        for (Map.Entry<ConfigSection<?>, ConfigSchema<?>> entry : schemas.entrySet()) {
            ConfigSection<?> section = entry.getKey();
            Map<String, Setting> given = new LinkedHashMap<>();
            for (ConfigKey key : entry.getValue().keys().values()) {
                String fullName = section.fullName(key);
                String variable = section.environmentName(key);
                Optional.ofNullable(fromFlags.get(fullName))
                        .or(() -> variable(variable, environment))
                        .or(() -> Optional.ofNullable(fromFile.get(fullName)))
                        .ifPresent(setting -> given.put(key.name(), setting));
            }
            create(section, entry.getValue(), given, faults)
                    .ifPresent(config -> records.put(section, config));
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return new ProcessSettings(records);
    }

    /** Every key with its default and what it is, for people. */
    public String help() {
        return ConfigHelp.render(schemas);
    }

    private static Optional<? extends Record> create(
            ConfigSection<?> section,
            ConfigSchema<?> schema,
            Map<String, Setting> given,
            List<ConfigFault> faults) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (ConfigKey key : schema.keys().values()) {
            @Nullable Setting setting = given.get(key.name());
            try {
                Optional<Object> value =
                        setting != null
                                ? Optional.of(key.parse(setting.value()))
                                : key.defaultText().map(key::parse).or(key.type()::absent);
                if (value.isPresent()) {
                    values.put(key.name(), value.get());
                } else {
                    faults.add(
                            new ConfigFault(
                                    section.fullName(key), "", "", "must be given: " + key.doc()));
                }
            } catch (IllegalArgumentException e) {
                String sentence = Objects.toString(e.getMessage(), "is not allowed");
                faults.add(
                        Objects.requireNonNull(setting, "a default is checked before")
                                .fault(sentence));
            }
        }
        if (values.size() < schema.keys().size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(schema.create(values));
        } catch (IllegalArgumentException e) {
            String sentence =
                    Objects.toString(e.getMessage(), "its settings contradict each other");
            faults.add(new ConfigFault(section.title(), "", "", sentence));
            return Optional.empty();
        }
    }

    private static Optional<Setting> variable(String name, Map<String, String> environment) {
        return Optional.ofNullable(environment.get(name))
                .map(value -> new Setting(name, value, "environment"));
    }

    private boolean isBoolean(String fullName) {
        ConfigKey key = keysByFullName.get(fullName);
        return key != null && key.type().description().equals("true or false");
    }

    private void refuseUnknown(Collection<Setting> settings, List<ConfigFault> faults) {
        for (Setting setting : settings) {
            if (!keysByFullName.containsKey(setting.key())) {
                faults.add(setting.fault(unknown(setting.key(), keysByFullName.keySet())));
            }
        }
    }

    private void refuseUnknownVariables(Map<String, String> environment, List<ConfigFault> faults) {
        environment.keySet().stream()
                .sorted()
                .filter(name -> !keysByVariable.containsKey(name))
                .filter(name -> !SERVICE_LINK.matcher(name).matches())
                .filter(name ->
                        schemas.keySet().stream()
                                .filter(ConfigSection::ownsEnvironment)
                                .map(ConfigSection::environmentPrefix)
                                .anyMatch(name::startsWith))
                .map(name -> new Setting(name, environment.getOrDefault(name, ""), "environment"))
                .forEach(setting ->
                        faults.add(setting.fault(unknown(setting.key(), keysByVariable.keySet()))));
    }

    private static String unknown(String written, Collection<String> known) {
        return "unknown key"
                + Spelling.nearest(written, known)
                        .map(nearest -> "; did you mean " + nearest + "?")
                        .orElse("");
    }

    private static Map<String, Setting> unique(List<Setting> settings, List<ConfigFault> faults) {
        Map<String, Setting> unique = new LinkedHashMap<>();
        for (Setting setting : settings) {
            Setting first = unique.putIfAbsent(setting.key(), setting);
            if (first != null) {
                faults.add(setting.fault("stands twice, first as " + first.origin()));
            }
        }
        return unique;
    }
}
