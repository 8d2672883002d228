package dev.atoll.runtime.config;

import java.util.Locale;

/**
 * The settings of one record among those of a process.
 *
 * @param title what these settings are of, such as "naming"
 * @param keyPrefix what stands before each key in files and flags; mostly empty
 * @param environmentPrefix what stands before each key in the environment, such as "ATOLL_NAMING_"
 * @param ownsEnvironment whether every variable with that prefix must be a key of this section
 * @param type the record
 */
public record ConfigSection<C extends Record>(
        String title,
        String keyPrefix,
        String environmentPrefix,
        boolean ownsEnvironment,
        Class<C> type) {

    /** The settings of a program that has its process to itself: {@code --listen=...}. */
    public static <C extends Record> ConfigSection<C> ofProgram(String program, Class<C> type) {
        return new ConfigSection<>(program, "", environmentPrefix(program), true, type);
    }

    /** The settings of a program that shares its process: {@code --naming.listen=...}. */
    public static <C extends Record> ConfigSection<C> ofSharedProgram(
            String program, Class<C> type) {
        return new ConfigSection<>(program, program + ".", environmentPrefix(program), true, type);
    }

    /** The settings of the process as a whole: {@code --log-level=...}, ATOLL_LOG_LEVEL. */
    public static <C extends Record> ConfigSection<C> ofProcess(Class<C> type) {
        return new ConfigSection<>("process", "", "ATOLL_", false, type);
    }

    String environmentName(ConfigKey key) {
        return environmentPrefix + environmentForm(key.name());
    }

    String fullName(ConfigKey key) {
        return keyPrefix + key.name();
    }

    private static String environmentPrefix(String program) {
        return "ATOLL_" + environmentForm(program) + "_";
    }

    private static String environmentForm(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
