package dev.atoll.runtime.config;

/**
 * One setting as it was written.
 *
 * @param key the full key, or for an environment variable its name
 * @param value the text
 * @param origin where it was written, for people
 */
record Setting(String key, String value, String origin) {
    ConfigFault fault(String sentence) {
        return new ConfigFault(key, origin, value, sentence);
    }
}
