package dev.atoll.runtime.config;

import java.util.Map;

/** The configuration records of a process, as they were read. */
public final class ProcessSettings {
    private final Map<ConfigSection<?>, Record> records;

    ProcessSettings(Map<ConfigSection<?>, Record> records) {
        this.records = Map.copyOf(records);
    }

    /**
     * The record of one section.
     *
     * @throws IllegalArgumentException when the section was not read
     */
    public <C extends Record> C get(ConfigSection<C> section) {
        Record config = records.get(section);
        if (config == null) {
            throw new IllegalArgumentException(section + " was not read");
        }
        return section.type().cast(config);
    }
}
