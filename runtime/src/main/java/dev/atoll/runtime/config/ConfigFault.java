package dev.atoll.runtime.config;

/**
 * One thing that is wrong with a program's settings.
 *
 * @param key the key, as it was written
 * @param origin where it was written: "flag", "environment variable NAME", "FILE:LINE", "default"
 * @param value what was written, or empty when nothing was
 * @param sentence what is wrong, or what is allowed
 */
public record ConfigFault(String key, String origin, String value, String sentence) {
    private static final int VALUE_LENGTH_MAX = 120;

    /** The fault in one line. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(key);
        if (!origin.isEmpty()) {
            line.append(" (").append(origin).append(')');
        }
        if (!value.isEmpty()) {
            String shown =
                    value.length() > VALUE_LENGTH_MAX
                            ? value.substring(0, VALUE_LENGTH_MAX) + "..."
                            : value;
            line.append(" = ").append(shown);
        }
        return line.append(": ").append(sentence).toString();
    }
}
