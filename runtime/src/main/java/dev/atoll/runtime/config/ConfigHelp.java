package dev.atoll.runtime.config;

import java.util.Map;

/** The settings as a page for people. */
final class ConfigHelp {
    private ConfigHelp() {}

    static String render(Map<ConfigSection<?>, ConfigSchema<?>> schemas) {
        StringBuilder page = new StringBuilder();
        for (Map.Entry<ConfigSection<?>, ConfigSchema<?>> entry : schemas.entrySet()) {
            ConfigSection<?> section = entry.getKey();
            page.append("Settings of ").append(section.title()).append(":\n");
            for (ConfigKey key : entry.getValue().keys().values()) {
                page.append("  --").append(section.fullName(key));
                key.defaultText().ifPresent(text -> page.append("=").append(text));
                page.append("\n      ").append(key.doc()).append('\n');
                page.append("      ").append(key.type().description()).append(key.range());
                page.append("; ").append(section.environmentName(key)).append('\n');
            }
        }
        page.append("Settings may also stand in a file of \"key = value\" lines: --config FILE\n");
        return page.toString();
    }
}
